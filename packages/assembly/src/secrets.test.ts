import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readIdentifierGenerators, readSealingKeys } from './secrets.ts';

const keys = { directory: '/nowhere', sealing: { env: 'SEALING' }, salt: { env: 'SALT' } } as const;
const key = (): string => randomBytes(32).toString('base64');

describe('sealing keys', () => {
  test('are a line each; the first seals, and all of them open', async () => {
    const [young, old] = [key(), key()];
    const both = await readSealingKeys({ keys }, { SEALING: `${young}\n${old}\n` });
    const alone = await readSealingKeys({ keys }, { SEALING: young });
    expect(both.current).toEqual(alone.current);
    expect(both.all).toHaveLength(2);
  });

  test.each(['short', randomBytes(31).toString('base64'), `${key()}\nshort`])(
    'that could be guessed are refused',
    async (SEALING) => {
      const reason = await readSealingKeys({ keys }, { SEALING }).catch((error: unknown) => error);
      expect(reason).toMatchObject({ code: 'key-invalid' });
      expect(String(reason)).not.toContain(SEALING);
    },
  );

  test('that are missing are named', async () => {
    await expect(readSealingKeys({ keys }, {})).rejects.toMatchObject({
      code: 'key-missing',
      detail: 'the environment variable SEALING',
    });
  });
});

describe('the salt of persistent identifiers', () => {
  test('is the text as it stands, without the line’s end', async () => {
    const { targetedId, pairwiseId } = await readIdentifierGenerators({ keys }, { SALT: 'thisisaspecialsalt\n' });
    expect(Buffer.from(targetedId.salt).toString()).toBe('thisisaspecialsalt');
    expect(pairwiseId).toMatchObject({ source: 'username', algorithm: 'sha1', encoding: 'base32' });
  });

  test('that is too short is refused', async () => {
    await expect(readIdentifierGenerators({ keys }, { SALT: 'short' })).rejects.toMatchObject({ code: 'key-invalid' });
  });
});
