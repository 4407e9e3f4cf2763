import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@gakumon/config';
import { hashPassword } from '@gakumon/directory';
import { toEntityId, type Username } from '@gakumon/terms';
import {
  describeWith,
  type PrivatePostgres,
  postgresPrograms,
  privatePostgres,
  temporaryFolder,
  testKeys,
} from '@gakumon/testkit';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { assemble, type Parts } from '../assemble.ts';
import type { Notice } from '../notice.ts';

/** A node on a machine of its own: nothing but the records and what is in the folder of keys is shared. */
type Node = { readonly folder: string; readonly parts: Parts; readonly notices: readonly Notice[] };

const student = 's1234567' as Username;
const sp = toEntityId('https://sp.example.org/');
const sealing = randomBytes(32).toString('base64');
const running: Parts[] = [];
/** The same octets on all nodes, as copied files are. */
let peopleAtFirst: string;
beforeAll(async () => {
  peopleAtFirst = await people('first');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((parts) => parts.close()));
});

const release = (...names: readonly string[]): string =>
  `version: 1\nrules: [${names.map((name) => `{ name: ${name}, to: any, release: [mail] }`).join(', ')}]\n`;

async function people(password: string, more: object = {}): Promise<string> {
  const passwordHash = await hashPassword(password, { logN: 10, r: 8, p: 1 });
  return JSON.stringify({ version: 1, people: [{ username: 's1234567', passwordHash, ...more }] });
}

async function install(records: unknown): Promise<string> {
  const folder = await temporaryFolder();
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await mkdir(join(folder, 'certs'));
  for (const [name, key] of [
    ['signing', testKeys.idpSigning],
    ['encryption', testKeys.idpEncryption],
  ] as const) {
    await put(`certs/${name}.key`, key.privateKeyPem);
    await put(`certs/${name}.crt`, key.certificatePem);
  }
  await put('certs/sealing.key', sealing);
  await put('certs/persistent-id.salt', 'a salt that everybody knows');
  await put('users.yaml', peopleAtFirst);
  await put('release.yaml', release('first'));
  await put('sps.yaml', 'version: 1\nserviceProviders: []\n');
  const config = {
    version: 1,
    idp: {
      entityId: 'https://idp.example.ac.jp/idp/shibboleth',
      baseUrl: 'https://idp.example.ac.jp',
      scopes: ['example.ac.jp'],
      organization: { ja: '大学', en: 'University' },
    },
    stores: { records },
    directory: [{ name: 'local', file: 'users.yaml' }],
    documents: { release: 'release.yaml', sps: 'sps.yaml' },
  };
  await put('gakumon.yaml', JSON.stringify(config));
  return folder;
}

async function start(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Node> {
  const notices: Notice[] = [];
  const config = await loadConfig(join(folder, 'gakumon.yaml'), env);
  const parts = await assemble(config, { env, report: (notice) => void notices.push(notice) });
  running.push(parts);
  return { folder, parts, notices };
}

/** Waits for a condition that time alone brings about: nodes look by themselves. */
async function until(
  condition: () => boolean | Promise<boolean>,
  deadline = performance.now() + 20_000,
): Promise<void> {
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it never came about');
    await delay(20);
  }
}

const rulesOf = ({ parts }: Node): readonly string[] => parts.idp.releaseRules().map(({ name }) => name);
const generations = (...nodes: readonly Node[]): number =>
  new Set(nodes.map(({ parts }) => parts.documents.generation())).size;
const accepts = async ({ parts }: Node, password: string): Promise<boolean> => {
  const verdicts = parts.idp.directories().map((directory) => directory.verifyPassword(student, password));
  return (await Promise.all(verdicts)).some(
    (verdict) => verdict.kind === 'accepted' && verdict.person.account.closed === undefined,
  );
};

const suite = (records: () => Promise<{ readonly location: unknown; readonly env?: Record<string, string> }>): void => {
  test('an edit of any document on one node is in force on the other', async () => {
    const { location, env } = await records();
    const [a, b] = [await start(await install(location), env), await start(await install(location), env)];
    await writeFile(join(a.folder, 'release.yaml'), release('first', 'second'));
    await until(() => rulesOf(b).length === 2);
    // What is in force comes first: an edit of the old file would take it back.
    await writeFile(join(b.folder, 'release.yaml'), release('first', 'second'));
    await until(() => b.notices.some(({ message }) => message === 'the file holds what is in force'));
    await writeFile(join(b.folder, 'release.yaml'), release('third'));
    await until(() => rulesOf(a).join() === 'third');
    const entry = '{ entityId: https://sp.example.org/, encryption: required }';
    await writeFile(join(b.folder, 'sps.yaml'), `version: 1\nserviceProviders: [${entry}]\n`);
    await until(() => a.parts.idp.settingsOf(sp).encryption === 'required');
    await writeFile(join(a.folder, 'users.yaml'), await people('changed'));
    await until(() => accepts(b, 'changed'));
    expect(await accepts(b, 'first')).toBe(false);
    expect(generations(a, b)).toBe(1);
  });

  test('attack: whoever edits the old file of the other node lets nobody in again who was disabled', async () => {
    const { location, env } = await records();
    const [a, b] = [await start(await install(location), env), await start(await install(location), env)];
    expect(await accepts(b, 'first')).toBe(true);
    const disabled = await people('changed', { disabled: true });
    await writeFile(join(a.folder, 'users.yaml'), disabled);
    await until(() => b.notices.some(({ message }) => message === 'document taken over from another node'));
    await writeFile(join(b.folder, 'users.yaml'), await people('first', { attributes: { displayName: 'Another' } }));
    await until(() => b.notices.some(({ level }) => level === 'error'));
    for (const password of ['first', 'changed'])
      expect([await accepts(a, password), await accepts(b, password)]).toEqual([false, false]);
    expect(b.notices.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: expect.stringMatching(/NOT in force/),
        fields: expect.objectContaining({
          document: 'people local',
          file: join(b.folder, 'users.yaml'),
          inForce: expect.stringContaining(join(a.folder, 'users.yaml')),
          hint: expect.stringMatching(/gakumon documents show 'people local' > .*; .*gakumon documents publish /),
        }),
      },
    ]);
    expect(generations(a, b)).toBe(1);

    await writeFile(join(b.folder, 'users.yaml'), disabled);
    await until(() => b.notices.some(({ message }) => message === 'the file holds what is in force'));
    await writeFile(join(b.folder, 'users.yaml'), await people('third'));
    await until(() => accepts(a, 'third'));
  });

  test('a node that was away catches up when it starts, and its own files stay as they are', async () => {
    const { location, env } = await records();
    const [a, away] = [await start(await install(location), env), await install(location)];
    const before = await readFile(join(away, 'release.yaml'), 'utf8');
    await (await start(away, env)).parts.close();
    await writeFile(join(a.folder, 'release.yaml'), release('second'));
    await until(() => a.parts.documents.list().some(({ name, serial }) => name === 'release' && serial !== undefined));
    await until(() => a.notices.filter(({ message }) => message === 'document published').length >= 4);
    const back = await start(away, env);
    expect(rulesOf(back)).toEqual(['second']);
    expect(await readFile(join(away, 'release.yaml'), 'utf8')).toBe(before);
  });

  test('what is in the records shows nothing of the documents', async () => {
    const { location, env } = await records();
    const folder = await install(location);
    const { parts } = await start(folder, env);
    const secret = JSON.parse(await readFile(join(folder, 'users.yaml'), 'utf8')).people[0].passwordHash;
    expect(parts.documents.list().every(({ serial }) => serial !== undefined)).toBe(true);
    await parts.close();
    if (typeof location !== 'string') return;
    const files = await Promise.all(
      ['', '-wal'].map((end) => readFile(`${location}${end}`).catch(() => Buffer.alloc(0))),
    );
    expect(Buffer.concat(files).includes(secret)).toBe(false);
    expect(Buffer.concat(files).includes('people local')).toBe(true);
  });
};

describe('two nodes on one SQLite file', () => {
  suite(async () => ({ location: join(await temporaryFolder(), 'gakumon.db') }));
});

describeWith(postgresPrograms, 'two nodes on PostgreSQL', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  suite(async () => {
    const { hosts, database, user, password = '' } = await server.createDatabase();
    const url = `postgres://${user}@127.0.0.1:${hosts[0]?.port}/${database}?sslmode=disable`;
    return { location: { postgres: { url, password: { env: 'PASSWORD' } } }, env: { PASSWORD: password } };
  });
});
