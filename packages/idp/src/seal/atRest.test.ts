import { randomBytes } from 'node:crypto';
import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { openAtRest, type SealedAtRest, sealAtRest } from './atRest.ts';
import { seal } from './seal.ts';
import { makeSealingKeys } from './sealingKeys.ts';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([newer, older]);
const secret = Buffer.from('JBSWY3DPEHPK3PXP');
const sealed = sealAtRest(keys, 'totp', 's1234567', secret);

function codeOf(record: Omit<SealedAtRest, 'keyId'>, by = keys): string | undefined {
  try {
    openAtRest(by, record);
    return undefined;
  } catch (error) {
    return isGakumonError(error) ? error.code : `not ours: ${error}`;
  }
}

describe('a secret at rest', () => {
  test('is opened by every node that has the key, and names the key', () => {
    expect(openAtRest(makeSealingKeys([older, newer]), sealed)).toEqual(secret);
    expect(sealed.keyId).toBe(keys.current.id);
    expect(Buffer.from(sealed.sealed).toString('hex', 1, 5)).toBe(sealed.keyId);
  });

  test('is never the same twice, and shows nothing of what it hides', () => {
    const again = sealAtRest(keys, 'totp', 's1234567', secret);
    expect(again.sealed).not.toEqual(sealed.sealed);
    expect(Buffer.from(again.sealed).includes(secret)).toBe(false);
  });

  test('may be empty', () => {
    expect(openAtRest(keys, sealAtRest(keys, 'totp', 'a', new Uint8Array()))).toHaveLength(0);
  });

  test('attack: moved to another person or another kind, it does not open', () => {
    expect(codeOf({ ...sealed, name: 's7654321' })).toBe('secret-unopenable');
    expect(codeOf({ ...sealed, kind: 'document' })).toBe('secret-unopenable');
  });

  test('attack: the border between kind and name cannot be shifted', () => {
    const record = sealAtRest(keys, 'a', 'b","c', secret);
    expect(codeOf({ ...record, kind: 'a","b', name: 'c' })).toBe('secret-unopenable');
  });

  test('attack: any changed octet is noticed, and so is any missing one', () => {
    for (let at = 0; at < sealed.sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed.sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(codeOf({ ...sealed, sealed: changed })).toBe('secret-unopenable');
      expect(codeOf({ ...sealed, sealed: sealed.sealed.subarray(0, at) })).toBe('secret-unopenable');
    }
  });

  test('attack: what somebody without our key sealed is not believed', () => {
    const theirs = sealAtRest(makeSealingKeys([randomBytes(32)]), 'totp', 's1234567', secret);
    expect(codeOf(theirs)).toBe('secret-unopenable');
    const underOurId = Buffer.concat([sealed.sealed.subarray(0, 5), theirs.sealed.subarray(5)]);
    expect(codeOf({ ...theirs, sealed: underOurId })).toBe('secret-unopenable');
  });

  test('attack: what was sealed for a browser to carry is no secret at rest, although the secret is the same', () => {
    const carried = seal(keys, JSON.stringify(['totp', 's1234567']), 'JBSWY3DPEHPK3PXP');
    if (carried.kind !== 'sealed') throw new Error('too large');
    expect(codeOf({ ...sealed, sealed: Buffer.from(carried.text, 'base64url') })).toBe('secret-unopenable');
  });
});
