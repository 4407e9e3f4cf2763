import { randomBytes } from 'node:crypto';
import { type ComputedIdGenerator, computeId } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
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
      detail: 'the environment variable SEALING is missing',
    });
  });
});

describe('identifier generators', () => {
  const builtIn = {
    name: 'default',
    source: 'username',
    salt: { env: 'SALT' },
    saltEncoding: 'text',
    algorithm: 'sha1',
    encoding: 'base32',
  } as const;
  const alone = { generators: [builtIn], targetedId: 'default', pairwiseId: 'default', persistent: 'default' };
  const read = (identifiers: Config['identifiers'], env: Record<string, string>) =>
    readIdentifierGenerators({ identifiers }, env);

  test('one serves everything: the salt is the text as it stands, without the line’s end', async () => {
    const { targetedId, pairwiseId, persistent } = await read(alone, { SALT: 'thisisaspecialsalt\n' });
    expect(targetedId).toMatchObject({ salt: Buffer.from('thisisaspecialsalt') });
    expect(pairwiseId).toMatchObject({ source: 'username', algorithm: 'sha1', encoding: 'base32' });
    expect(persistent).toEqual(targetedId);
  });

  test('several each have their own source, salt, algorithm and encoding', async () => {
    const salt = Buffer.from(Uint8Array.from({ length: 16 }, (_, i) => i)).toString('base64');
    const old = {
      ...builtIn,
      name: 'old',
      source: 'employeeNumber',
      salt: { env: 'OLD' },
      encoding: 'base64',
    } as const;
    const newer = {
      ...builtIn,
      name: 'newer',
      salt: { env: 'NEWER' },
      saltEncoding: 'base64',
      algorithm: 'sha256',
    } as const;
    const identifiers = { ...alone, generators: [builtIn, old, newer], targetedId: 'old', persistent: 'newer' };
    const env = { SALT: 'x'.repeat(16), OLD: 'thisisaspecialsalt', NEWER: `${salt}\n` };
    const made = (await read(identifiers, env)) as Readonly<Record<string, ComputedIdGenerator>>;
    expect(made.targetedId).toMatchObject({ name: 'old', source: 'employeeNumber', encoding: 'base64' });
    expect(made.persistent).toMatchObject({ name: 'newer', source: 'username', algorithm: 'sha256' });
    expect([...(made.persistent?.salt ?? [])]).toEqual(Array.from({ length: 16 }, (_, i) => i));
    // Shibboleth's own values, by the generators as they were read.
    const sp = 'https://sp.example.org/sp';
    expect(computeId(made.targetedId as ComputedIdGenerator, sp, 'at1-Data')).toBe('kLyH1uEvYigEvg1ZLh/QXeW1VAs=');
    expect(computeId({ ...(made.persistent as ComputedIdGenerator), algorithm: 'sha1' }, sp, 'at1-Data')).toBe(
      'KZPLH2FO6SELOOAC4BUDLZXZ6Q4PLLDM',
    );
  });

  test('a stored one begins with a computed value, or with a random one and without a salt', async () => {
    const { salt, saltEncoding, algorithm } = builtIn;
    const origin = { kind: 'stored', name: 'default', source: 'uid' } as const;
    const computed = { ...origin, first: 'computed', salt, saltEncoding, algorithm, encoding: 'base64' } as const;
    const read1 = await read({ ...alone, generators: [computed] }, { SALT: 'thisisaspecialsalt' });
    const first = { salt: Buffer.from('thisisaspecialsalt'), algorithm: 'sha1', encoding: 'base64' };
    expect(read1.targetedId).toEqual({ ...origin, first });
    const random = { ...origin, first: 'random' } as const;
    expect((await read({ ...alone, generators: [random] }, {})).persistent).toEqual(random);
    await expect(read({ ...alone, generators: [computed] }, { SALT: 'short' })).rejects.toMatchObject({
      code: 'key-invalid',
    });
  });

  test('a salt that is too short is refused, and so is one that is not the base64 it should be', async () => {
    await expect(read(alone, { SALT: 'short' })).rejects.toMatchObject({ code: 'key-invalid' });
    const encoded = { ...alone, generators: [{ ...builtIn, saltEncoding: 'base64' as const }] };
    for (const SALT of [
      'thisisaspecialsalt!!',
      'AAECAwQFBgcICQoLDA0ODw',
      `${'A'.repeat(24)}\n${'A'.repeat(24)}`,
      'AAAA',
    ]) {
      const reason = await read(encoded, { SALT }).catch((error: unknown) => error);
      expect(reason).toMatchObject({ code: 'key-invalid' });
      expect(String(reason)).not.toContain(SALT);
    }
  });
});
