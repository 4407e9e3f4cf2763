import { inspect } from 'node:util';
import type { SqlDatabase } from '@gakumon/directory';
import {
  describeWith,
  freePort,
  type PostgresAccess,
  type PrivatePostgres,
  postgresPrograms,
  privatePostgres,
} from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSqlDatabases } from './openSqlDatabases.ts';

const failed = (detail: string | RegExp) =>
  expect.objectContaining({ code: 'store-unavailable', detail: expect.stringMatching(detail) });

describeWith(postgresPrograms, 'queries at PostgreSQL', () => {
  let server: PrivatePostgres;
  let access: PostgresAccess;
  let database: SqlDatabase;
  const opened: SqlDatabase[] = [];
  const open = (location: PostgresAccess): SqlDatabase => {
    const [first] = openSqlDatabases(location, 2000) as [SqlDatabase];
    opened.push(first);
    return first;
  };
  const ask = (text: string, key = 's1', within = 2000) => database.query(text, key, within);

  beforeAll(async () => {
    server = await privatePostgres();
    access = await server.createDatabase();
    await server.sql(
      `create table hr (id text primary key, number bigint, since date, "displayName" text, tags text[], photo bytea,
         active boolean, seen timestamptz, none text);
       insert into hr values ('s1', 9007199254740993, '2024-04-01', '山田', '{a,"b,c",NULL}', '\\x01ff', true,
         '2024-04-01 09:00:00+09', null);
       create function scribble() returns text language sql as $$ insert into hr (id) values ('evil') returning id $$;
       create function complain(key text) returns text language plpgsql as $$ begin raise 'no % here', key; end $$;
       create function look(key text) returns text language plpgsql as $$ begin execute 'select ' || key; end $$;
       create table locked (key text);
       grant select, insert, update, delete on hr to gakumon`,
      access.database,
    );
    database = open(access);
  });
  afterAll(() => Promise.all(opened.map((one) => one.close())));

  test('every type comes as the server writes it; an array is a list', async () => {
    expect(await ask('select * from hr where id = $1 -- by name\n;')).toEqual([
      {
        id: 's1',
        number: '9007199254740993',
        since: '2024-04-01',
        displayName: '山田',
        tags: ['a', 'b,c', null],
        photo: Uint8Array.of(1, 255),
        active: 'true',
        seen: expect.stringMatching(/^2024-04-01 \d\d:00:00\+\d\d$/),
        none: null,
      },
    ]);
    expect(await ask('select id from hr where id = $1', 'nobody')).toEqual([]);
  });

  test('a key that cannot be compared with a number is nobody', async () => {
    expect(await ask('select id from hr where number = $1::bigint', 'x1')).toEqual([]);
    expect(await ask('select id from hr where number = $1::bigint', '9'.repeat(30))).toEqual([]);
    expect(await ask('select id from hr where number = $1::bigint', '9007199254740993')).toEqual([{ id: 's1' }]);
  });

  test.each([
    ['select id from hr where since = $1::date', '19991399'],
    ['select id from hr where since = $1::date', '2024-02-31'],
    ["select id from hr where since = to_date($1, 'YYYY-MM-DD')", 'secret'],
    ['select id from hr where seen = $1::timestamptz', '2024-04-01 09:00 Nowhere/Secret'],
    ["select id from hr where id = $1::json ->> 'secret'", 'secret'],
    ['select id from hr where photo = $1::bytea', '\\xsecret'],
  ])('%s: nobody is known by %s', async (text, key) => {
    expect(await ask(text, key)).toEqual([]);
  });

  test.each([
    ['select id from hr where id::regclass = $1::regclass', /access rule violation \(SQLSTATE 42P01\)/],
    ['select complain($1)', /PL\/pgSQL \(SQLSTATE P0001\)/],
    ['select look($1)', /syntax error.*42703/],
    ['select id from secrets where id = $1', /relation "secrets" does not exist \(42P01\)/],
    ['select nought from hr where id = $1', /column "nought" does not exist/],
    ['select key from locked where key = $1', /this user may not read .*42501/],
  ])('attack: %s: what is told of the failure holds no key', async (text, words) => {
    const error = await ask(text, 'hunter2').catch((thrown: unknown) => thrown);
    expect(error).toEqual(failed(words));
    expect(inspect(error, { depth: 5 })).not.toContain('hunter2');
  });

  test('attack: a key is never a part of the statement', async () => {
    for (const key of ["' or '1'='1", "s1'; drop table hr; --", 's1\u0000', '$1']) {
      expect(await ask('select id from hr where id = $1', key)).toEqual([]);
    }
  });

  test.each([
    ['select id from hr where id = $1; delete from hr', /syntax error|multiple commands/],
    ['delete from hr where id = $1 returning id', /syntax error/],
    ['with gone as (delete from hr where id = $1 returning id) select id from gone', /WITH clause/],
    ['select scribble() as s where $1 = $1', /read-only transaction/],
    [
      "select set_config('transaction_read_only', 'off', true), scribble() where $1 = $1",
      /read-only|transaction state/,
    ],
  ])('attack: nothing is written: %s', async (text, words) => {
    await expect(ask(text)).rejects.toEqual(failed(words));
    expect(await server.sql('select count(*) from hr', access.database)).toBe('1');
  });

  test('attack: rows without end', async () => {
    await expect(ask('select generate_series(1, 100000000) as i where $1 = $1')).rejects.toEqual(
      failed('more than 1000 rows'),
    );
  });

  test('a query that takes long is left in time, at the server too', async () => {
    await expect(ask('select pg_sleep(30) where $1 = $1', 's1', 100)).rejects.toEqual(failed(/no answer|timeout/));
    expect(await ask('select id from hr where id = $1')).toEqual([{ id: 's1' }]);
    const left =
      "select count(*) from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and pid <> pg_backend_pid()";
    expect(await server.sql(left)).toBe('0');
  });

  test('a server that follows another one is asked as well', async () => {
    const standby = await server.startStandby();
    const follower = open({ ...access, hosts: [{ host: '127.0.0.1', port: standby.port }] });
    expect(await follower.query('select id from hr where id = $1', 's1', 5000)).toEqual([{ id: 's1' }]);
  });

  test('a server that was killed is told at once, and asked again when it is back', async () => {
    await ask('select id from hr where id = $1');
    await server.stopHard();
    await expect(ask('select id from hr where id = $1')).rejects.toEqual(failed(/connection|terminat|listens/i));
    await expect(ask('select id from hr where id = $1')).rejects.toEqual(failed(/connection|listens/i));
    await server.start();
    const back = async (): Promise<unknown> => ask('select id from hr where id = $1').catch(back);
    expect(await back()).toEqual([{ id: 's1' }]);
  });

  test('a wrong password, and nobody who listens, are told without the password', async () => {
    const wrong = open({ ...access, password: 'correct-horse' });
    const refused: unknown = await wrong.query('select 1', 's1', 2000).catch((error: unknown) => error);
    expect(refused).toEqual(failed('the password of this user is wrong'));
    expect(JSON.stringify(refused)).not.toContain('correct-horse');
    const nobody = open({ ...access, hosts: [{ host: '127.0.0.1', port: await freePort() }] });
    await expect(nobody.query('select 1', 's1', 2000)).rejects.toEqual(failed('nothing listens there'));
  });
});
