import { describeWith, type PrivatePostgres, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, rawSql } from './database.ts';
import { schemaVersion } from './migrations.ts';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import type { Records } from './records.ts';
import { codeOf } from './trials/databaseFile.ts';
import { detailOf, inService, mark, marks, untilDone, withPostgres } from './trials/postgresDatabase.ts';

describeWith(postgresPrograms, 'records in PostgreSQL', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });

  describe('the schema', () => {
    test('of nodes that start at once on an empty database one makes it', async () => {
      const location = await server.createDatabase();
      const all = await Promise.all(Array.from({ length: 8 }, () => openPostgresRecords(location)));
      expect(await server.sql('table schema_version', location.database)).toBe(`${schemaVersion}`);
      await Promise.all(all.map((records) => records.check()));
      await Promise.all(all.map((records) => records.close()));
    });

    test('a newer one is refused, at the start and while running; nothing is written', () =>
      withPostgres(server, async (records, location) => {
        await server.sql('update schema_version set version = 999', location.database);
        expect(await codeOf(openPostgresRecords(location))).toBe('records-newer');
        const before = await server.sql('table counters', location.database);
        expect(await codeOf(records.check())).toBe('records-newer');
        expect(await server.sql('table counters', location.database)).toBe(before);
      }));

    test('a user without the right to make tables runs on what another user has migrated', () =>
      withPostgres(server, async (_records, location) => {
        await server.sql(
          `create role runner login password 'x'; alter schema public owner to postgres;
           revoke create on schema public from public, gakumon;
           grant select, insert, update, delete on all tables in schema public to runner`,
          location.database,
        );
        const records = await openPostgresRecords({ ...location, user: 'runner', password: 'x' });
        expect(await mark(records, 'a')).toBe(true);
        await records.close();
      }));
  });

  describe('values', () => {
    const store = (records: Records, name: string, value: unknown) =>
      records.write((db) =>
        db
          .insertInto('counters')
          .values({ name, value: value as number })
          .execute(),
      );

    test('what the engines would keep differently is refused', () =>
      withPostgres(server, async (records) => {
        for (const value of [new Date(), true, undefined, 1.5, Number.NaN, 2 ** 53, 1n]) {
          expect(await codeOf(store(records, 'x', value))).toMatch(/^(?:internal|store-unavailable)$/);
        }
        await store(records, 'largest', Number.MAX_SAFE_INTEGER);
        const read = () =>
          records.read((db) =>
            db.selectFrom('counters').select('value').where('name', '=', 'largest').executeTakeFirst(),
          );
        expect(await read()).toEqual({ value: Number.MAX_SAFE_INTEGER });
      }));

    test('an integer that JavaScript would round is no answer', () =>
      withPostgres(server, async (records, { database }) => {
        await server.sql(`insert into counters values ('beyond', ${2n ** 53n + 1n})`, database);
        const read = records.read((db) => db.selectFrom('counters').selectAll().where('name', '=', 'beyond').execute());
        await expect(read).rejects.toMatchObject({
          code: 'store-unavailable',
          detail: expect.stringContaining('counters: a column holds 9007199254740993'),
        });
        // The connection is as good as before
        expect(await marks(records)).toEqual([]);
      }));

    test('octets come back as octets, twenty megabytes too', () =>
      withPostgres(server, async (records) => {
        const xml = new Uint8Array(20_000_000).map((_, index) => index % 251);
        await records.write((db) =>
          db.insertInto('loaded_metadata').values({ name: 'a', xml, loaded_at: 1 }).execute(),
        );
        const row = await records.read((db) => db.selectFrom('loaded_metadata').selectAll().executeTakeFirstOrThrow());
        expect(Object.getPrototypeOf(row.xml)).toBe(Uint8Array.prototype);
        expect(Buffer.compare(row.xml, xml)).toBe(0);
      }));

    test('attack: a NUL in a name that a visitor chose is no trouble of the store', () =>
      withPostgres(server, async (records) => {
        expect(await mark(records, 'a\0b')).toBe(true);
        expect(await marks(records)).toEqual(['a\uFFFDb']);
      }));

    test('texts sort by their octets, whatever language the database speaks', () =>
      withPostgres(server, async (records) => {
        for (const name of ['b', 'A', 'a', 'B', 'é', '_']) await mark(records, name);
        expect(await marks(records)).toEqual(['A', 'B', '_', 'a', 'b', 'é']);
      }));
  });

  describe('transactions', () => {
    test('one of whose statements failed is never taken for done', () =>
      withPostgres(server, async (records) => {
        const step = records.write((db) =>
          db.transaction().execute(async (trx) => {
            await trx.insertInto('consumed_attempts').values({ attempt: 'a', keep_until: 1 }).execute();
            await trx
              .insertInto('consumed_attempts')
              .values({ attempt: 'a', keep_until: 1 })
              .execute()
              .catch(() => {});
          }),
        );
        expect(await detailOf(step)).toContain('the transaction had failed and was rolled back');
        expect(await marks(records)).toEqual([]);
      }));

    test('a row that another holds: the write is refused by name and did nothing, and afterwards all is well', () =>
      withPostgres(
        server,
        async (records, location) => {
          const advance = () =>
            records.write((db) => db.updateTable('counters').set({ value: 7 }).where('name', '=', 'cases').execute());
          const other = await openPostgresRecords(location);
          await other.write((db) =>
            db.transaction().execute(async (trx) => {
              await trx.updateTable('counters').set({ value: 5 }).where('name', '=', 'cases').execute();
              expect(await detailOf(advance())).toContain('another transaction holds what this one needs (55P03)');
            }),
          );
          await advance();
          await other.close();
        },
        inService,
      ));

    test('a node that stands still inside one does not hold the others up for long', () =>
      withPostgres(server, async (records, location) => {
        const advance = () =>
          records.write((db) => db.updateTable('counters').set({ value: 7 }).where('name', '=', 'cases').execute());
        const other = await openPostgresRecords(location);
        const standing = other.write((db) =>
          db.transaction().execute(async (trx) => {
            await trx.updateTable('counters').set({ value: 5 }).where('name', '=', 'cases').execute();
            await untilDone(advance);
          }),
        );
        expect(await codeOf(standing)).toBe('store-unavailable');
        await other.close();
      }));

    test('that lock each other out: both are done in the end', () =>
      withPostgres(server, async (records) => {
        await mark(records, 'one');
        await mark(records, 'two');
        const met = meeting(2);
        const touch = (first: string, second: string) =>
          records.write((db) =>
            db.transaction().execute(async (trx) => {
              await advance(trx, first);
              await met();
              await advance(trx, second);
            }),
          );
        await Promise.all([touch('one', 'two'), touch('two', 'one')]);
        const rows = await records.read((db) => db.selectFrom('consumed_attempts').select('keep_until').execute());
        expect(rows).toEqual([{ keep_until: 3 }, { keep_until: 3 }]);
      }));
  });

  test('a snapshot sees one state, while others write and are not held up; and it writes nothing itself', () =>
    withPostgres(server, async (records) => {
      await mark(records, 'before');
      await records.snapshot(async (db) => {
        const read = () => db.selectFrom('consumed_attempts').select('attempt').execute();
        expect(await read()).toEqual([{ attempt: 'before' }]);
        await mark(records, 'meanwhile');
        expect(await read()).toEqual([{ attempt: 'before' }]);
      });
      const writing = records.snapshot((db) => db.deleteFrom('consumed_attempts').execute());
      expect(await detailOf(writing)).toContain('cannot execute DELETE in a read-only transaction');
      expect(await marks(records)).toEqual(['before', 'meanwhile']);
    }));

  test('what takes too long is given up, by the server too', () =>
    withPostgres(
      server,
      async (records, { database }) => {
        const slow = records.read((db) => rawSql('select pg_sleep(600)').execute(db));
        expect(await detailOf(slow)).toContain('no answer within 500 ms');
        const running = `select count(*) from pg_stat_activity where datname = '${database}' and state = 'active'`;
        await untilDone(async () => expect(await server.sql(running)).toBe('0'));
        expect(await marks(records)).toEqual([]);
      },
      inService,
    ));

  test('closed records refuse every call, and what was begun is finished first', async () => {
    const records = await openPostgresRecords(await server.createDatabase());
    const begun = Array.from({ length: 3 }, (_, index) => mark(records, `${index}`));
    await Promise.all([...begun, Promise.all(begun).then(() => records.close())]);
    expect(await codeOf(mark(records, 'late'))).toBe('store-unavailable');
    expect(await codeOf(records.check())).toBe('store-unavailable');
  });
});

const advance = (db: Database, attempt: string) =>
  db
    .updateTable('consumed_attempts')
    .set((eb) => ({ keep_until: eb('keep_until', '+', 1) }))
    .where('attempt', '=', attempt)
    .execute();

/** Everybody waits until so many have come; whoever comes later goes on at once. */
function meeting(count: number): () => Promise<void> {
  let waiting = 0;
  let open = (): void => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting += 1;
    if (waiting >= count) open();
    return all;
  };
}
