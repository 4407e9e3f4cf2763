import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SqlDatabase } from '@gakumon/directory';
import { temporaryFolder } from '@gakumon/testkit';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqlDatabases } from './openSqlDatabases.ts';

let file: string;
let database: SqlDatabase;
const failed = (detail: string) =>
  expect.objectContaining({ code: 'store-unavailable', detail: expect.stringContaining(detail) });

beforeEach(async () => {
  file = join(await temporaryFolder(), 'hr.db');
  write(
    file,
    "create table hr (id text primary key, ou text, grade integer, photo blob); insert into hr values ('s1', 'Law', 9007199254740993, x'01')",
  );
  [database] = openSqlDatabases({ kind: 'sqlite', file }, 1000) as [SqlDatabase];
});
afterEach(() => database.close());

function write(to: string, statements: string): void {
  const writer = new DatabaseSync(to);
  writer.exec(statements);
  writer.close();
}
const ask = (text: string, key = 's1', within = 5000) => database.query(text, key, within);

test.each(['$1', '?'])('a row is found by its key, as %s; integers are whole', async (parameter) => {
  const query = `select ou, grade, photo from hr where id = ${parameter}`;
  expect(await ask(query)).toEqual([{ ou: 'Law', grade: 9007199254740993n, photo: Uint8Array.of(1) }]);
  expect(await ask(query, 'nobody')).toEqual([]);
});

test('a file that takes the place of the former one is what is asked', async () => {
  const query = 'select ou from hr where id = $1; ';
  expect(await ask(query)).toEqual([{ ou: 'Law' }]);
  write(`${file}.new`, "create table hr (id text, ou text); insert into hr values ('s1', 'Art')");
  await rename(`${file}.new`, file);
  expect(await ask(query)).toEqual([{ ou: 'Art' }]);
});

test('attack: a key is never a part of the statement', async () => {
  for (const key of ["' or '1'='1", "s1'; drop table hr; --", 's1\u0000', '%']) {
    expect(await ask('select ou from hr where id = $1', key)).toEqual([]);
  }
  expect(await ask('select ou from hr where id = $1')).toHaveLength(1);
});

test.each([
  'select ou from hr where id = $1; delete from hr',
  'delete from hr where id = $1 returning ou',
  "attach 'x.db' as x",
])('attack: what is not one SELECT is refused: %s', async (text) => {
  await expect(ask(text)).rejects.toEqual(failed('syntax error'));
  expect(await ask('select ou from hr where id = $1')).toHaveLength(1);
});

test('attack: what stands behind a parenthesis that closes ours is never run', async () => {
  await ask('select ou from hr where id = $1); delete from hr; --');
  expect(await ask('select ou from hr where id = $1')).toEqual([{ ou: 'Law' }]);
});

test('attack: rows without end', async () => {
  const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i, $1 as k from n';
  await expect(ask(endless)).rejects.toEqual(failed('more than 1000 rows'));
});

test('a query that takes long is left in time, and holds nobody else up meanwhile', async () => {
  const slow =
    'with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select count(*) as c from n where $1 = $1';
  await ask('select 1 as c where $1 = $1');
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  await expect(ask(slow, 's1', 60)).rejects.toEqual(failed('no answer within 60 ms'));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
  expect(await ask('select ou from hr where id = $1')).toEqual([{ ou: 'Law' }]);
});

test('a file that is missing, or none of SQLite, is told; when it is there it is asked', async () => {
  const later = join(await temporaryFolder(), 'later.db');
  const [other] = openSqlDatabases({ kind: 'sqlite', file: later }, 1000) as [SqlDatabase];
  try {
    await expect(other.query('select 1 as a where $1 = $1', 's1', 5000)).rejects.toEqual(failed('ENOENT'));
    write(later, 'create table t (a)');
    expect(await other.query('select 1 as a where $1 = $1', 's1', 5000)).toEqual([{ a: 1n }]);
  } finally {
    await other.close();
  }
});
