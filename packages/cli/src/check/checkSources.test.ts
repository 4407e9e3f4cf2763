import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseConfig } from '@gakumon/config';
import { freePort, temporaryFolder } from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkSources } from './checkSources.ts';

let server: Server;
let url: string;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = createServer((question, answer) => {
    if (question.headers.authorization === 'Bearer s3cret') answer.writeHead(404).end();
    else answer.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{key}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What the check says of these sources, one text a finding. */
async function say(
  sources: unknown,
  env: Record<string, string> = {},
  directory: unknown = [{ name: 'local', file: 'users.yaml' }],
): Promise<readonly string[]> {
  const config = parseConfig(
    JSON.stringify({
      version: 1,
      idp: {
        entityId: 'https://idp.example.ac.jp/idp/shibboleth',
        baseUrl: 'https://idp.example.ac.jp',
        scopes: ['example.ac.jp'],
        organization: { ja: '例の大学', en: 'Example University' },
      },
      directory,
      sources,
    }),
    join(folder, 'gakumon.yaml'),
  );
  const findings = await checkSources(config, { env });
  const said = findings.map(
    ({ level, message, hint }) => `${level} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
  expect(said.join()).not.toContain('s3cret');
  return said;
}
const header = { Authorization: { env: 'HR' } };

test('sources that answer', async () => {
  await writeFile(join(folder, 'hr.csv'), 'id,ou\n');
  new DatabaseSync(join(folder, 'hr.db')).exec('create table hr (id, ou)');
  const said = await say(
    [
      { name: 'table', csv: { file: 'hr.csv', keyColumn: 'id' } },
      { name: 'service', whenAway: 'without', http: { urls: [url], headers: header } },
      { name: 'database', sql: { databases: ['hr.db'], query: 'select ou from hr where id = $1' } },
    ],
    { HR: 'Bearer s3cret' },
  );
  expect(said).toEqual([
    `ok table: the table ${join(folder, 'hr.csv')}; nobody gets in while it is away`,
    'ok service: 1 address of JSON; people get in while it is away',
    'ok database: 1 database; nobody gets in while it is away',
  ]);
});

test('sources that do not, with why and what follows', async () => {
  const gone = `http://127.0.0.1:${await freePort()}/{key}`;
  const said = await say(
    [
      { name: 'table', csv: { file: 'none.csv', keyColumn: 'id' } },
      { name: 'gone', whenAway: 'without', http: { urls: [gone] } },
      { name: 'closed', http: { urls: [url], headers: header } },
      { name: 'half', http: { urls: [gone, url], headers: { ...header, Authorization: { env: 'RIGHT' } } } },
      { name: 'wrong', sql: { databases: ['hr.db'], query: 'select ou from nowhere where id = $1' } },
      { name: 'unset', whenAway: 'without', http: { urls: [url], headers: { Authorization: { env: 'UNSET' } } } },
    ],
    { HR: 'Bearer other', RIGHT: 'Bearer s3cret' },
  );
  expect(said).toEqual([
    expect.stringMatching(/^fail source table: none\.csv: there is no such file \(nobody of its directories gets in/),
    expect.stringMatching(/^warn source gone: http.*: nothing listens there \(people get in without what it knows/),
    expect.stringMatching(/^fail source closed: .*lets nobody in with these headers \(HTTP 401\)/),
    'ok half: 2 addresses of JSON; nobody gets in while it is away',
    expect.stringMatching(/^warn half: http.*: nothing listens there/),
    expect.stringMatching(/^fail source wrong: .*no such table: nowhere/),
    expect.stringMatching(/^fail the environment variable UNSET is missing/),
  ]);
});

test('a key that no directory reads is a doubt', async () => {
  await writeFile(join(folder, 'hr.csv'), 'id,ou\n');
  const ldap = {
    servers: ['ldaps://ldap.example.ac.jp'],
    dialect: 'openldap',
    people: { base: 'dc=example' },
    attributes: { only: true, names: { mail: 'mail' } },
  };
  const source = { name: 'hr', csv: { file: 'hr.csv', keyColumn: 'id' } };
  const directory = [{ name: 'staff', ldap }];
  expect((await say([{ ...source, key: 'employeeNumber' }], {}, directory)).at(-1)).toMatch(
    /^warn hr: the directory staff reads no attribute that is called "employeeNumber"/,
  );
  expect(await say([{ ...source, key: 'mail' }], {}, directory)).toHaveLength(1);
});

test('a key that only another source tells is a doubt', async () => {
  await writeFile(join(folder, 'hr.csv'), 'id,ou\n');
  const csv = { file: 'hr.csv', keyColumn: 'id' };
  const said = await say([
    { name: 'ids', attributes: ['employeeNumber'], csv },
    { name: 'hr', key: 'employeeNumber', csv },
  ]);
  expect(said.at(-1)).toMatch(/^warn hr: its key "employeeNumber" is told by the source ids/);
});
