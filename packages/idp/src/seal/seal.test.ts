import { randomBytes } from 'node:crypto';
import { type BrowserId, isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { SsoAttempt } from '../types.ts';
import { formToken, requireFormToken } from './formToken.ts';
import { maximumSealedLength, seal, unseal } from './seal.ts';
import { attemptLifetime, openAttempt, sealAttempt } from './sealAttempt.ts';
import { makeSealingKeys } from './sealingKeys.ts';

const older = randomBytes(32);
const newer = randomBytes(32);
const keys = makeSealingKeys([newer]);

function sealed(value: unknown, purpose = 'test', by = keys): string {
  const result = seal(by, purpose, value);
  if (result.kind !== 'sealed') throw new Error('too large');
  return result.text;
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isGakumonError(error) ? error.code : `not ours: ${error}`;
  }
}

describe('sealing', () => {
  test('what was sealed is opened', () => {
    expect(unseal(keys, 'test', sealed({ name: '学門' }))).toEqual({ name: '学門' });
  });
  test('attack: any changed character is noticed', () => {
    const text = sealed({ admin: false });
    for (let at = 0; at < text.length - 1; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect(codeOf(() => unseal(keys, 'test', changed))).toBe('attempt-tampered');
    }
  });
  test.each(['', 'AQ', 'not base64!', 'A'.repeat(maximumSealedLength + 4)])('attack: %j is refused', (text) => {
    expect(codeOf(() => unseal(keys, 'test', text))).toBe('attempt-tampered');
  });
  test('attack: what was sealed for one purpose does not open for another', () => {
    expect(codeOf(() => unseal(keys, 'other', sealed(1)))).toBe('attempt-tampered');
  });
  test('attack: a short tag is refused', () => {
    expect(codeOf(() => unseal(keys, 'test', sealed(1).slice(0, -16)))).toBe('attempt-tampered');
  });
  test('after a rotation the older key still opens, a removed one does not', () => {
    const text = sealed('kept', 'test', makeSealingKeys([older]));
    expect(unseal(makeSealingKeys([newer, older]), 'test', text)).toBe('kept');
    expect(codeOf(() => unseal(keys, 'test', text))).toBe('attempt-tampered');
  });
});

describe('a sealed attempt', () => {
  const attempt = (relayState: string, receivedAt = 1000): SsoAttempt =>
    ({ id: 'a', request: { serviceProvider: 'https://sp.example/', relayState, receivedAt } }) as unknown as SsoAttempt;
  const idp = (now: number) => ({ sealingKeys: keys, clock: () => now });

  test('opens until it is stale, and then says whose it was', () => {
    const text = sealAttempt(idp(1000), attempt('x'));
    expect(openAttempt(idp(1000 + attemptLifetime), text)).toEqual(attempt('x'));
    expect(codeOf(() => openAttempt(idp(1001 + attemptLifetime), text))).toBe('attempt-stale');
  });
  test('attack: a RelayState that would not fit is refused by name', () => {
    const incompressible = randomBytes(maximumSealedLength).toString('base64');
    expect(codeOf(() => sealAttempt(idp(0), attempt(incompressible)))).toBe('relay-state-too-large');
  });
});

describe('a form token', () => {
  const idp = { sealingKeys: keys };
  const browser = 'browser-1' as BrowserId;
  test('holds for its browser and purpose', () => {
    expect(codeOf(() => requireFormToken(idp, browser, 'login', formToken(idp, browser, 'login')))).toBeUndefined();
  });
  test.each([
    ['another browser', formToken(idp, 'browser-2' as BrowserId, 'login')],
    ['another purpose', formToken(idp, browser, 'logout')],
    ['a shifted boundary', formToken(idp, 'browser-1l' as BrowserId, 'ogin')],
    ['nothing', ''],
  ])('attack: a token of %s is refused', (_, token) => {
    expect(codeOf(() => requireFormToken(idp, browser, 'login', token))).toBe('form-foreign');
  });
});
