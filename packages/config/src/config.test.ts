import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGakumonError } from '@gakumon/terms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig, readSecret } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gakumon-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

const good = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory:
  - { name: local, file: users.yaml }
`;

/** Each line means ten times the one before. */
const aliasBomb = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  .map(
    (n) =>
      `a${n}: &a${n} [${
        n === 0
          ? 'x'
          : Array(10)
              .fill(`*a${n - 1}`)
              .join(', ')
      }]\n`,
  )
  .join('');

async function write(text: string | Uint8Array, name = 'gakumon.yaml'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** What loading the text complains of, without the file's name. */
async function mistakesIn(text: string | Uint8Array): Promise<string[]> {
  const file = await write(text);
  const error: unknown = await loadConfig(file, {}).then(
    () => undefined,
    (reason) => reason,
  );
  if (!isGakumonError(error) || error.code !== 'config-invalid') throw error;
  return (error.detail ?? '').split('\n').map((line) => line.replace(`${file}:`, ''));
}

describe('a good configuration', () => {
  test('is complete with its defaults, its paths absolute against its own folder', async () => {
    const config = await loadConfig(await write(good), {});
    expect(config).toEqual({
      file: join(folder, 'gakumon.yaml'),
      idp: {
        entityId: 'https://idp.example.ac.jp/idp/shibboleth',
        baseUrl: 'https://idp.example.ac.jp',
        scopes: ['example.ac.jp'],
        organization: { ja: '例の大学', en: 'Example University' },
        organizationUrl: undefined,
        supportUrl: undefined,
        displayName: undefined,
        description: undefined,
        informationUrl: undefined,
        privacyStatementUrl: undefined,
        logo: undefined,
        contacts: [],
        wantAuthnRequestsSigned: false,
      },
      listen: {
        host: '127.0.0.1',
        port: 8080,
        trustedProxies: [],
        management: { host: '127.0.0.1', port: 8089 },
      },
      keys: {
        directory: join(folder, 'certs'),
        sealing: { file: join(folder, 'certs/sealing.key') },
        salt: { file: join(folder, 'certs/persistent-id.salt') },
      },
      identifiers: {
        generators: [
          {
            name: 'default',
            source: 'username',
            salt: { file: join(folder, 'certs/persistent-id.salt') },
            saltEncoding: 'text',
            algorithm: 'sha1',
            encoding: 'base32',
          },
        ],
        targetedId: 'default',
        pairwiseId: 'default',
        persistent: 'default',
      },
      stores: { records: { kind: 'sqlite', file: join(folder, 'var/gakumon.db') }, sessions: { kind: 'records' } },
      sessions: { idle: 3_600_000, lifetime: 28_800_000 },
      sources: [],
      freshness: { age: 300_000, entries: 20_000, away: 0 },
      directory: [{ name: 'local', kind: 'file', file: join(folder, 'users.yaml'), scope: undefined }],
      metadata: { cache: join(folder, 'metadata-cache'), sources: [] },
      documents: { release: undefined, sps: undefined },
    });
  });

  test('cannot be changed, however deep', async () => {
    const config = await loadConfig(await write(good), {});
    expect(() => (config.idp.scopes as string[]).push('evil.example')).toThrow(TypeError);
    expect(() => Object.assign(config.listen, { port: 1 })).toThrow(TypeError);
  });

  test('reads durations, networks and metadata sources', async () => {
    const config = await loadConfig(
      await write(`${good}listen: { trustedProxies: [10.0.0.0/8, '::1'] }
sessions: { idle: PT30M, lifetime: P1DT12H }
metadata:
  sources:
    - { name: federation, file: /etc/federation.xml, cert: [signer.pem], maxValidity: P15D }
    - { name: ours, directory: metadata, unsigned: true, encryption: cbc }
`),
      {},
    );
    expect(config.listen.trustedProxies).toEqual(['10.0.0.0/8', '::1/128']);
    expect(config.sessions).toEqual({ idle: 1_800_000, lifetime: 129_600_000 });
    expect(config.metadata).toMatchObject({
      cache: join(folder, 'metadata-cache'),
      sources: [{ name: 'federation' }, { name: 'ours', encryption: 'cbc' }],
    });
  });

  const legacy = `identifiers:
  generators:
    - { name: legacy, source: employeeNumber, salt: { file: old.salt }, saltEncoding: base64, algorithm: sha1, encoding: base64 }
`;

  test('adds identifier generators; what names none stays with the built-in one', async () => {
    const { identifiers } = await loadConfig(await write(`${good}${legacy}  targetedId: legacy\n`), {});
    expect(identifiers).toMatchObject({ targetedId: 'legacy', pairwiseId: 'default', persistent: 'default' });
    expect(identifiers.generators.map((generator) => generator.name)).toEqual(['default', 'legacy']);
    expect(identifiers.generators[1]).toEqual({
      name: 'legacy',
      source: 'employeeNumber',
      salt: { file: join(folder, 'old.salt') },
      saltEncoding: 'base64',
      algorithm: 'sha1',
      encoding: 'base64',
    });
  });

  test('adds a generator whose identifiers are kept in the records, computed first or random', async () => {
    const read = async (line: string) => {
      const text = `${good}identifiers:\n  generators:\n    - ${line}\n  targetedId: kept\n`;
      return (await loadConfig(await write(text), {})).identifiers.generators[1];
    };
    const origin = { kind: 'stored', name: 'kept', source: 'uid' };
    expect(await read('{ name: kept, source: uid, kind: stored, first: random }')).toEqual({
      ...origin,
      first: 'random',
    });
    const computed = 'first: computed, salt: { env: A }, algorithm: sha1, encoding: base64';
    expect(await read(`{ name: kept, source: uid, kind: stored, ${computed} }`)).toEqual({
      ...origin,
      first: 'computed',
      salt: { env: 'A' },
      saltEncoding: 'text',
      algorithm: 'sha1',
      encoding: 'base64',
    });
  });

  test('needs no salt of the built-in generator where nothing uses it', async () => {
    const uses = '  targetedId: legacy\n  pairwiseId: legacy\n  persistent: legacy\n';
    const { identifiers } = await loadConfig(await write(`${good}${legacy}${uses}`), {});
    expect(identifiers.generators.map((generator) => generator.name)).toEqual(['legacy']);
  });
});

describe('mistakes', () => {
  test('attack: identifiers that start from what many people have would make them one person', async () => {
    const shared = [
      ...['affiliation', 'eduPersonAffiliation', 'eduPersonScopedAffiliation', 'eduPersonEntitlement'],
      ...['eduPersonAssurance', 'isMemberOf', 'o', 'schacHomeOrganization', 'sn', 'eduPersonTargetedID'],
    ];
    const personal = ['uid', 'mail', 'eduPersonPrincipalName', 'eduPersonUniqueId', 'gakuninScopedPersonalUniqueCode'];
    const lines = [...shared, ...personal].map(
      (source, at) =>
        `    - { name: g${at}, source: ${source}, salt: { env: A }, algorithm: sha1, encoding: base32 }\n`,
    );
    const found = await mistakesIn(`${good}identifiers:\n  generators:\n${lines.join('')}  persistent: oldest\n`);
    expect(found.filter((line) => line.includes('source')).map((line) => line.slice(0, line.indexOf(', and')))).toEqual(
      shared.map((_, at) => `${11 + at}: identifiers.generators[${at + 1}].source: many people have the same value`),
    );
  });

  test('in identifiers: nothing is guessed, since a guess would make everybody somebody else', async () => {
    const found = await mistakesIn(`${good}identifiers:
  generators:
    - { name: default, source: uid, salt: { env: A }, algorithm: sha1, encoding: base32 }
    - { name: old, source: uid, salt: hunter2, algorithm: md5 }
    - { name: old, source: uid, salt: { env: B }, algorithm: sha256, encoding: hex }
  targetedId: oldest
  persistent: old
`);
    expect(found.sort()).toEqual([
      '11: identifiers.generators[1].name: "default" is the built-in one, from keys.salt',
      '12: identifiers.generators[2].algorithm: must be sha1 or sha256',
      '12: identifiers.generators[2].encoding: must be base32 or base64',
      '12: identifiers.generators[2].salt: must be { file: … } or { env: … }; a secret never stands in this file',
      '13: identifiers.generators[3].encoding: must be base32 or base64',
      '13: identifiers.generators[3].name: another item has the name "old" already',
      '14: identifiers.targetedId: no generator is called "oldest" (known here: default, old)',
    ]);
  });

  test('in stored identifiers: two that would share their records, a salt that means nothing, letters whose case is lost', async () => {
    const found = await mistakesIn(`${good}identifiers:
  generators:
    - { name: one, source: uid, kind: stored }
    - { name: two, source: mail, kind: stored, first: random, salt: { env: A } }
    - { name: six, source: uid, kind: stored, first: computed, salt: { env: A }, algorithm: sha1, encoding: base64 }
    - { name: odd, source: uid, kind: shared, salt: { env: A }, algorithm: sha1, encoding: base64 }
  pairwiseId: six
`);
    expect(found.sort()).toEqual([
      '11: identifiers.generators[1].first: must be computed, which keeps the values that were computed so far, or random',
      '12: identifiers.generators[2].kind: one generator can be stored; the others are computed',
      expect.stringMatching(/^12: identifiers\.generators\[2\]\.salt: /),
      '13: identifiers.generators[3].kind: one generator can be stored; the others are computed',
      '14: identifiers.generators[4].kind: must be computed or stored',
      '15: identifiers.pairwiseId: services compare a pairwise-id without regard to case: its generator needs base32 or random values',
    ]);
  });

  test('are all listed at once, each with its line', async () => {
    const found = await mistakesIn(`version: 2
idp:
  entityId: two words
  baseUrl: http://idp.example.ac.jp/
  scopes: [Example.ac.jp]
  organization: { ja: 例の大学 }
  colour: green
listen:
  port: 80800
  trustedProxies:
    - 10.0.0.0/8
    - 10.0.0.0/33
    - 0.0.0.0/0
sessions: { idle: 30 minutes }
directory:
  - { name: local, file: users.yaml }
  - name: local
    file: 7
metadata:
  sources:
    - name: half
    - { name: both, file: a.xml, directory: b, unsigned: true }
    - { name: unpinned, file: a.xml }
`);
    expect(found).toEqual([
      '1: version: must be 1, the version of this file format',
      '3: idp.entityId: must be a URI of at most 1024 characters without spaces',
      '4: idp.baseUrl: must be https (http is for localhost only)',
      '5: idp.scopes[1]: must be a domain name in lower case such as example.ac.jp',
      '6: idp.organization.en: is missing',
      '7: idp.colour: unknown key (known here: entityId, baseUrl, scopes, organization, organizationUrl, supportUrl, displayName, description, informationUrl, privacyStatementUrl, logo, discovery, contacts, wantAuthnRequestsSigned, metadataValidity)',
      '9: listen.port: must be a port number',
      '12: listen.trustedProxies[2]: must be a network such as 10.0.0.0/8 or 2001:db8::/32, and not everybody',
      '13: listen.trustedProxies[3]: must be a network such as 10.0.0.0/8 or 2001:db8::/32, and not everybody',
      '14: sessions.idle: must be an ISO 8601 duration such as PT1H or P15D',
      '17: directory[2].name: another item has the name "local" already',
      '18: directory[2].file: must be text (put it in quotes)',
      '21: metadata.sources[1]: name exactly one of file, directory, url and mdq',
      '21: metadata.sources[1]: name the signer with cert: [PEM file], or say unsigned: true',
      '22: metadata.sources[2]: name exactly one of file, directory, url and mdq',
      '23: metadata.sources[3]: name the signer with cert: [PEM file], or say unsigned: true',
    ]);
  });

  test('a key that the contract has and this release has not says so', async () => {
    const found = await mistakesIn(`${good}mail: { smtp: 'smtp://localhost' }
`);
    expect(found).toEqual(['9: mail: not built yet in this release']);
  });

  test('broken YAML, repeated keys and other encodings are told with their line', async () => {
    expect(await mistakesIn(`${good}listen: { port: 1 }\nlisten: { port: 2 }\n`)).toEqual([
      '10: Map keys must be unique',
    ]);
    expect((await mistakesIn(`version: 1\nidp: [`))[0]).toMatch(/^2: /);
    expect(await mistakesIn(Buffer.from([0xff, 0xfe, 0x41]))).toEqual(['1: the file is not UTF-8']);
    expect(await mistakesIn('')).toEqual(['1: must be a group of keys']);
  });

  test('a certificate and unsigned at once is refused: nobody would know which holds', async () => {
    const found = await mistakesIn(
      `${good}metadata: { sources: [{ name: x, file: a.xml, cert: [a.pem], unsigned: true }] }\n`,
    );
    expect(found).toEqual(['9: metadata.sources[1]: name the signer with cert: [PEM file], or say unsigned: true']);
  });

  test('a scope of a directory that the IdP does not own is refused', async () => {
    const found = await mistakesIn(good.replace('users.yaml }', 'users.yaml, scope: other.ac.jp }'));
    expect(found).toEqual(['8: directory[1].scope: "other.ac.jp" is not among idp.scopes']);
  });

  test.each(['http://idp.example.ac.jp', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example'])(
    'http is refused away from this machine: %s',
    async (baseUrl) => {
      const found = await mistakesIn(good.replace('baseUrl: https://idp.example.ac.jp', `baseUrl: ${baseUrl}`));
      expect(found).toEqual(['4: idp.baseUrl: must be https (http is for localhost only)']);
    },
  );

  test('a file that is not there is another thing than a file that is wrong', async () => {
    await expect(loadConfig(join(folder, 'nowhere.yaml'), {})).rejects.toMatchObject({ code: 'config-missing' });
    await expect(loadConfig(folder, {})).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  test('a pipe nobody writes to and a device without end hold nobody', async () => {
    const pipe = join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero']) {
      await expect(loadConfig(file, {})).rejects.toMatchObject({
        code: 'file-unreadable',
        detail: `${file} is not a regular file`,
      });
    }
  });

  test('a bomb of aliases is told line by line, and does not go off', async () => {
    const found = await mistakesIn(`${good}${aliasBomb}`);
    expect(found).toContain('10: *a0 is an alias; aliases are not taken here: write out what it stands for');
    expect(found).toHaveLength(8);
  });

  test('an alias that merges is one as well', async () => {
    const found = await mistakesIn(`${good}x: &x { a: 1 }\ny: { <<: *x }\n`);
    expect(found).toEqual(['10: *x is an alias; aliases are not taken here: write out what it stands for']);
  });

  test.each([
    ['lists', '['.repeat(200_000)],
    ['maps', '{a: '.repeat(200_000)],
    ['closed lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s nested without end are a mistake of the document', async (_what, deep) => {
    expect((await mistakesIn(`a: ${deep}`)).length).toBeGreaterThan(0);
  });
});

describe('the environment', () => {
  test('GAKUMON_PORT moves the listener, and the base URL of this very machine with it', async () => {
    const demo = good.replace('baseUrl: https://idp.example.ac.jp', 'baseUrl: http://localhost:8080');
    const config = await loadConfig(await write(demo), { GAKUMON_PORT: '9000' });
    expect([config.listen.port, config.idp.baseUrl]).toEqual([9000, 'http://localhost:9000']);
    expect(config.idp.entityId).toBe('https://idp.example.ac.jp/idp/shibboleth');
  });

  test('GAKUMON_PORT leaves a public base URL alone', async () => {
    const config = await loadConfig(await write(good), { GAKUMON_PORT: '9000' });
    expect([config.listen.port, config.idp.baseUrl]).toEqual([9000, 'https://idp.example.ac.jp']);
  });

  test.each(['0', '65536', '80a', '-1', '1e3'])('GAKUMON_PORT=%s is refused', async (port) => {
    await expect(loadConfig(await write(good), { GAKUMON_PORT: port })).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });
});

describe('secrets', () => {
  test('come from a file or the environment, trimmed', async () => {
    const file = await write('s3cret\n', 'salt');
    expect(await readSecret({ file }, {})).toBe('s3cret');
    expect(await readSecret({ env: 'SALT' }, { SALT: ' s3cret ' })).toBe('s3cret');
  });

  test('that are missing or empty are named by their place', async () => {
    const file = await write(' \n', 'empty');
    await expect(readSecret({ env: 'SALT' }, {})).rejects.toMatchObject({
      code: 'key-missing',
      detail: 'the environment variable SALT is missing',
    });
    await expect(readSecret({ file }, {})).rejects.toMatchObject({ code: 'key-invalid', detail: `${file} is empty` });
    await expect(readSecret({ file: join(folder, 'none') }, {})).rejects.toMatchObject({ code: 'key-missing' });
  });

  test('never stand in the configuration itself, and are not repeated when they do', async () => {
    const found = await mistakesIn(`${good}keys: { salt: hunter2 }\n`);
    expect(found).toEqual(['9: keys.salt: must be { file: … } or { env: … }; a secret never stands in this file']);
  });
});
