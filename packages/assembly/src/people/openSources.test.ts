import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseConfig } from '@gakumon/config';
import { type FilePerson, hashPassword, type SourceNotice } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import {
  describeWith,
  type PostgresAccess,
  type PrivatePostgres,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  temporaryFolder,
} from '@gakumon/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openPeople, type People } from './openPeople.ts';

const taro = 'taro' as Username;
let person: FilePerson;
beforeAll(async () => {
  person = {
    username: 'taro',
    passwordHash: await hashPassword('gakumon-demo', { logN: 10, r: 8, p: 1 }),
    totpSecret: undefined,
    groups: [],
    attributes: { mail: ['taro@example.ac.jp'] },
  };
});

let folder: string;
let time: number;
let notices: SourceNotice[];
const open: People[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  time = Date.parse('2024-04-01');
  notices = [];
});
afterEach(() => Promise.all(open.splice(0).map((people) => people.close())));

async function peopleWith(sources: unknown, env: Record<string, string> = {}, more: object = {}) {
  const config = parseConfig(
    JSON.stringify({
      version: 1,
      idp: {
        entityId: 'https://idp.example.ac.jp/idp/shibboleth',
        baseUrl: 'https://idp.example.ac.jp',
        scopes: ['example.ac.jp'],
        organization: { ja: '例の大学', en: 'Example University' },
      },
      directory: [{ name: 'local', file: 'users.yaml', affiliation: ['student'] }],
      sources,
      ...more,
    }),
    join(folder, 'gakumon.yaml'),
  );
  const people = await openPeople(config, {
    documents: new Map([['local', () => [person]]]),
    env,
    clock: () => time,
    records: undefined,
    departureOf: () => undefined,
    report: (notice) => void notices.push(notice as SourceNotice),
  });
  open.push(people);
  return { find: async () => people.directories[0]?.find(taro) };
}
const away = expect.objectContaining({ code: 'source-unavailable' });

test('what a table tells is a part of the person; the affiliation of the directory is for those of whom nothing tells one', async () => {
  await writeFile(join(folder, 'hr.csv'), 'id,ou,affiliation\ntaro,Law,staff\n');
  const csv = { file: 'hr.csv', keyColumn: 'id' };
  const { find } = await peopleWith([{ name: 'hr', csv }]);
  expect((await find())?.attributes).toEqual({ mail: ['taro@example.ac.jp'], ou: ['Law'], affiliation: ['staff'] });
  const without = await peopleWith([{ name: 'hr', attributes: ['ou'], csv }]);
  expect((await without.find())?.attributes.affiliation).toEqual(['student']);
});

test('a table that cannot be read is told of at the start, before anybody logs in', async () => {
  const told = new Promise<SourceNotice>((resolve) => {
    notices.push = (notice) => {
      resolve(notice);
      return 1;
    };
  });
  await peopleWith([{ name: 'hr', csv: { file: join(folder, 'none.csv'), keyColumn: 'id' } }]);
  expect(await told).toMatchObject({ level: 'warn', fields: { source: 'hr', reason: 'there is no such file' } });
});

test('a service is asked with its secret header, and again when what is remembered has become old', async () => {
  const asked: unknown[] = [];
  const server: Server = createServer((question, answer) => {
    asked.push(question.headers.authorization);
    answer.end(JSON.stringify({ dept: `v${asked.length}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{key}`;
  const http = { urls: [url], headers: { Authorization: { env: 'HR' } } };
  const freshness = { age: 'PT1M', away: 'PT5M' };
  const { find } = await peopleWith(
    [{ name: 'hr', attributes: { ou: 'dept' }, http }],
    { HR: 'Bearer x' },
    { freshness },
  );
  expect((await find())?.attributes.ou).toEqual(['v1']);
  time += 59_999;
  expect((await find())?.attributes.ou).toEqual(['v1']);
  time += 1;
  expect((await find())?.attributes.ou).toEqual(['v2']);
  expect(asked).toEqual(['Bearer x', 'Bearer x']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  time += 60_000;
  expect((await find())?.attributes.ou).toEqual(['v2']);
  expect(notices.map(({ message }) => message)).toEqual([
    'a source of attributes does not answer',
    expect.stringContaining('people are answered for as they were known before'),
  ]);
  time += 300_000;
  await expect(find()).rejects.toEqual(away);
});

test('attack: a secret of two lines would be two headers', async () => {
  const http = { urls: ['https://hr.example.ac.jp/{key}'], headers: { Authorization: { env: 'HR' } } };
  await expect(peopleWith([{ name: 'hr', http }], { HR: 'Bearer s3cret\r\nX-Admin: 1' })).rejects.toMatchObject({
    code: 'key-invalid',
    detail: expect.not.stringContaining('s3cret'),
  });
  await expect(peopleWith([{ name: 'hr', http }])).rejects.toMatchObject({ code: 'key-missing' });
});

describeWith(postgresPrograms, 'PostgreSQL as a source', () => {
  let first: PrivatePostgres;
  let standby: PrivatePostgres;
  let access: PostgresAccess;
  const urlOf = (...servers: readonly PrivatePostgres[]) => {
    const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `postgres://${postgresUser.name}@${hosts}/${access.database}?sslmode=disable`;
  };
  const sql = (...servers: readonly PrivatePostgres[]) => ({
    databases: [{ postgres: { url: urlOf(...servers), password: { env: 'HR' } } }],
    query: 'select dept as ou from hr where id = $1',
  });
  const env = { HR: postgresUser.password };
  const freshness = { age: 'PT1S' };

  beforeAll(async () => {
    first = await privatePostgres();
    access = await first.createDatabase();
    const rows = "create table hr (id text, dept text); insert into hr values ('taro', 'Law')";
    await first.sql(`${rows}; grant select on hr to gakumon`, access.database);
    standby = await first.startStandby();
  });

  test('another server answers while the first is dead, and nobody notices; without one, what must not be missing stops people', async () => {
    const both = await peopleWith([{ name: 'hr', sql: sql(first, standby) }], env, { freshness });
    const one = await peopleWith([{ name: 'hr', sql: sql(first) }], env, { freshness });
    const may = await peopleWith([{ name: 'hr', whenAway: 'without', sql: sql(first) }], env, { freshness });
    for (const { find } of [both, one, may]) expect((await find())?.attributes.ou).toEqual(['Law']);
    await first.stopHard();
    time += 1000;
    expect((await both.find())?.attributes.ou).toEqual(['Law']);
    await expect(one.find()).rejects.toEqual(away);
    expect(await may.find()).toMatchObject({ attributes: { mail: ['taro@example.ac.jp'] }, sourcesAway: ['hr'] });
    await first.start();
    const back = async (): Promise<unknown> => (await one.find().catch(() => undefined)) ?? back();
    expect(await back()).toMatchObject({ attributes: { ou: ['Law'] } });
    time += 1000;
    expect((await may.find())?.sourcesAway).toBeUndefined();
  });
});
