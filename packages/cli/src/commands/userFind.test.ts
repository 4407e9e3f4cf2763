import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openConfiguredStores } from '@gakumon/assembly';
import { computeId, identifierDigest } from '@gakumon/attributes';
import { type Config, findConfigFile, loadConfig } from '@gakumon/config';
import type { StoredId } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import { runProgram, temporaryFolder } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };
const passwordHash = '$scrypt$ln=15,r=8,p=3$FiV6oJKrV7Wdy0Yeb8ORqg$Ta/HPH1J2tnbvIpqNGDSrbouQu1AgkQe2uWVK0hQucE';
const student = 's1234567' as Username;
const sp = 'https://sp.example.org/sp';
const other = 'https://other.example.org/sp';
const at = Date.parse('2026-04-01T00:00:00Z');
const stored: StoredId = {
  localEntity: 'http://localhost:8080/idp/shibboleth',
  peerEntity: sp,
  persistentId: 'kept-since-shibpid',
  principalName: student,
  localId: student,
  peerProvidedId: undefined,
  creationDate: at,
  deactivationDate: undefined,
};

let folder: string;
let config: Config;
let targetedId: string;
const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });

async function withStores<T>(work: (stores: Awaited<ReturnType<typeof openConfiguredStores>>) => Promise<T>) {
  const stores = await openConfiguredStores(config, { clock: Date.now, env: {} });
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

beforeAll(async () => {
  folder = await temporaryFolder();
  const flags = [
    '--base-url',
    'http://localhost:8080',
    '--scope',
    'example.ac.jp',
    '--org-ja',
    '大学',
    '--org-en',
    'U',
  ];
  expect(await gakumon('init', ...flags, '--dir', '.')).toMatchObject({ code: 0 });
  const file = join(folder, 'gakumon.yaml');
  const generators = 'generators: [{ name: kept, source: username, kind: stored, first: random }]';
  await writeFile(file, `${await readFile(file, 'utf8')}\nidentifiers: { ${generators}, persistent: kept }\n`);
  const people = [{ username: student, passwordHash, groups: [], attributes: {} }];
  await writeFile(join(folder, 'users.yaml'), JSON.stringify({ version: 1, people }));
  config = await loadConfig(findConfigFile(file, {}, folder), {});
  const salt = Buffer.from((await readFile(join(folder, 'certs/persistent-id.salt'), 'utf8')).trim());
  targetedId = computeId({ salt, algorithm: 'sha1', encoding: 'base32' }, sp, student);
  await withStores(async ({ storedIds, releaseLog }) => {
    await storedIds.add(stored);
    const identifiers = [{ kind: 'transient', digest: identifierDigest('transient', '_seen') }] as const;
    const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
    const event = { username: student, serviceProvider: sp, attributes: ['mail'], nameIdFormat, identifiers };
    await releaseLog.append([
      { ...event, id: 'a', at: Date.now() - 1000 },
      { ...event, id: 'b', at: Date.now(), serviceProvider: other, identifiers: [] },
    ]);
  });
});

const find = async (...args: string[]) => {
  const { code, stdout, stderr } = await gakumon('user', 'find', '--json', ...args);
  return { code, stderr, found: code === 0 ? JSON.parse(stdout) : undefined };
};

describe('gakumon user find', () => {
  test('tells whom an identifier names, however it is known, and each look-up is in the history of the person', async () => {
    const before = { user: student, directory: 'local' };
    const whole = `http://localhost:8080/idp/shibboleth!${sp}!${targetedId}`;
    const [computed, reported, transient, kept] = await Promise.all([
      find('--id', targetedId, '--sp', sp, '--reason', 'incident 2026-17'),
      find('--id', whole),
      find('--id', '_seen'),
      find('--id', 'kept-since-shibpid', '--sp', sp),
    ]);
    expect(computed?.found).toEqual([{ ...before, sp, kind: 'eduPersonTargetedID', by: 'computed' }]);
    expect(reported?.found).toEqual(computed?.found);
    expect(transient?.found).toMatchObject([{ ...before, sp, kind: 'transient', by: 'log', last: expect.any(String) }]);
    expect(kept?.found).toEqual([
      { ...before, sp, kind: 'persistent', by: 'stored', first: '2026-04-01T00:00:00.000Z' },
    ]);
    const events = await withStores(({ history }) => history.listOfPerson(student, 20));
    expect(events.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual(
      Array.from({ length: 4 }, () => 'identifier-looked-up operator'),
    );
    expect(events.filter(({ detail }) => detail === 'incident 2026-17')).toMatchObject([{ serviceProvider: sp }]);
  });

  test('attack: of another service it leads to nobody; nobody’s history tells of it', async () => {
    const events = () => withStores(({ history }) => history.listOfPerson(student, 99));
    const before = await events();
    const missed = await Promise.all([
      find('--id', targetedId, '--sp', other),
      find('--id', 'kept-since-shibpid', '--sp', other),
      find('--id', targetedId),
    ]);
    expect(missed.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(missed[0]?.stderr).toContain('1 person tried');
    expect(missed[2]?.stderr).toContain('--sp');
    expect(await events()).toEqual(before);
    const wrong = await find('--id', `idp!${other}!x`, '--sp', sp);
    expect(wrong).toMatchObject({ code: 2 });
  });

  test('in words', async () => {
    const { stdout } = await gakumon('user', 'find', '--id', targetedId, '--sp', sp);
    expect(stdout).toMatch(/^person +directory +identifier/);
    expect(stdout).toMatch(/s1234567 +local +eduPersonTargetedID +computed/);
  });
});

test('gakumon release log: what left the house, by person, service and day', async () => {
  const log = async (...args: string[]) => JSON.parse((await gakumon('release', 'log', '--json', ...args)).stdout);
  const [all, one, future, wrong, words] = await Promise.all([
    log(),
    log('--user', 'S1234567', '--sp', sp),
    log('--since', '2999-01-01'),
    gakumon('release', 'log', '--since', 'yesterday'),
    gakumon('release', 'log', '--limit', '1'),
  ]);
  expect(all.map((event: { sp: string }) => event.sp)).toEqual([other, sp]);
  expect(one).toMatchObject([{ user: student, sp, attributes: ['mail'], identifiers: ['transient'] }]);
  expect(future).toEqual([]);
  expect(wrong).toMatchObject({ code: 2 });
  expect(words.stdout).toMatch(/s1234567 +https:\/\/other\.example\.org\/sp +transient +mail/);
});

test('gakumon user reissue-id ends a stored identifier once, tells so in the history, and refuses where none is', async () => {
  const reissue = (...args: string[]) => gakumon('user', 'reissue-id', '--user', student, '--sp', ...args);
  expect(await reissue(other)).toMatchObject({ code: 1, stderr: expect.stringContaining('no stored identifier') });
  expect(await reissue(sp)).toMatchObject({ code: 0, stdout: expect.stringContaining('has ended') });
  expect(await reissue(sp)).toMatchObject({ code: 1 });
  await withStores(async ({ storedIds, history }) => {
    const found = await storedIds.find(stored.localEntity, sp, student);
    expect(found).toMatchObject({ persistentId: stored.persistentId, deactivationDate: expect.any(Number) });
    const [event] = await history.listOfPerson(student, 1);
    expect(event).toMatchObject({ kind: 'identifier-reissued', actor: 'operator', serviceProvider: sp });
  });
  const file = join(folder, 'gakumon.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^identifiers: .*$/m, ''));
  expect(await reissue(sp)).toMatchObject({ code: 1, stderr: expect.stringContaining('are computed here') });
});
