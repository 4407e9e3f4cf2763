import { expect, test } from '@jest/globals';
import { openSqliteConnection } from './sqliteConnection.ts';
import { withDatabaseFile } from './trials/databaseFile.ts';

test.each([
  ['a Date', new Date(0)],
  ['a boolean', true],
  ['undefined', undefined],
  ['a fraction', 1.5],
  ['an integer that a double cannot hold', 2 ** 53],
  ['NaN', Number.NaN],
  ['a bigint', 1n],
  ['an object', {}],
])('%s is never bound: node:sqlite would store some of them as NULL, silently', (_, value) =>
  withDatabaseFile(async (file) => {
    const connection = openSqliteConnection(file);
    connection.execute('create table t (value any)', []);
    expect(() => connection.execute('insert into t values (?)', [value])).toThrow('a column holds');
    expect(connection.execute('select * from t', []).rows).toEqual([]);
    connection.close();
  }),
);

test('text, integers, blobs and null come back as they were', () =>
  withDatabaseFile(async (file) => {
    const connection = openSqliteConnection(file);
    connection.execute('create table t (a text, b integer, c blob, d text) strict', []);
    const row = { a: "学門' \u0000 \u{20BB7}", b: Number.MAX_SAFE_INTEGER, c: new Uint8Array([0, 255]), d: null };
    expect(connection.execute('insert into t values (?, ?, ?, ?)', Object.values(row)).changes).toBe(1);
    expect(connection.execute('select * from t', []).rows.map((it) => ({ ...it }))).toEqual([row]);
    connection.close();
  }));
