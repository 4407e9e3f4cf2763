import type { PrivatePostgres, PrivateRedis, SlowLink } from '@gakumon/testkit';

/** Something that befalls a store, and its end. */
export type Trouble = { readonly begin: () => unknown; readonly end: () => unknown };

/** Does something while there is trouble, which ends in any case: a server that stands still would hold up the last test. */
export async function during({ begin, end }: Trouble, work: () => Promise<void>): Promise<void> {
  await begin();
  try {
    await work();
  } finally {
    await end();
  }
}

/** Longer than anybody waits for a store, milliseconds. */
const tooSlow = 5_000;

/** What a Redis server can come to; clients reach it by the link. */
export const redisTroubles = {
  stopped: ({ server }) => ({ begin: server.pause, end: server.resume }),
  killed: ({ server }) => ({ begin: server.kill, end: server.restart }),
  slow: ({ link }) => ({ begin: () => link.setDelay(tooSlow), end: () => link.setDelay(0) }),
  'read-only': ({ server }) => ({
    begin: () => server.cli('REPLICAOF', '127.0.0.1', 1),
    end: () => server.cli('REPLICAOF', 'NO', 'ONE'),
  }),
  full: ({ server }) => ({
    begin: () => server.cli('CONFIG', 'SET', 'maxmemory', 1),
    end: () => server.cli('CONFIG', 'SET', 'maxmemory', 0),
  }),
} satisfies Record<string, (redis: { server: PrivateRedis; link: SlowLink }) => Trouble>;

export type PostgresRig = { readonly server: PrivatePostgres; readonly database: string; readonly link: SlowLink };

/** Refuses every write as a server does whose disk is full. */
const fillDisk = `
  create function no_room() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '53100', message = 'no space left on device'; end $$;
  do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('create trigger full_disk before insert or update on %I execute function no_room()', name);
    end loop; end $$;`;
const emptyDisk = 'drop function no_room() cascade';

/** What a PostgreSQL server can come to. */
export const postgresTroubles = {
  stopped: ({ server }) => ({ begin: server.pause, end: server.resume }),
  killed: ({ server }) => ({ begin: server.stopHard, end: server.start }),
  slow: ({ link }) => ({ begin: () => link.setDelay(tooSlow), end: () => link.setDelay(0) }),
  'read-only': ({ server, database }) => ({
    begin: () => server.sql(`alter database ${database} set default_transaction_read_only = on; ${cutOff(database)}`),
    end: () => server.sql(`alter database ${database} reset default_transaction_read_only; ${cutOff(database)}`),
  }),
  full: ({ server, database }) => ({
    begin: () => server.sql(fillDisk, database),
    end: () => server.sql(emptyDisk, database),
  }),
} satisfies Record<string, (postgres: PostgresRig) => Trouble>;

/** A setting of a database holds for connections that begin after it. */
const cutOff = (database: string): string =>
  `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`;
