import { describeWith, type PrivatePostgres, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import { codeOf } from './trials/databaseFile.ts';
import { detailOf, inService, mark, marks, untilDone, withPostgres } from './trials/postgresDatabase.ts';

describeWith(postgresPrograms, 'PostgreSQL in trouble', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });
  afterEach(() => server.resume());

  describe('a server that stands still (SIGSTOP)', () => {
    test('every call is answered while it stands, none is done twice, and afterwards all is well', () =>
      withPostgres(
        server,
        async (records) => {
          await mark(records, 'before');
          await server.pause();
          const codes = await Promise.all([
            ...Array.from({ length: 200 }, (_, index) => codeOf(mark(records, `meanwhile ${index}`))),
            ...Array.from({ length: 200 }, () => codeOf(marks(records))),
            codeOf(records.check()),
            codeOf(records.snapshot(async () => {})),
          ]);
          expect(new Set(codes)).toEqual(new Set(['store-unavailable']));
          // And those who come later, when no connection is left
          expect(await codeOf(mark(records, 'later'))).toBe('store-unavailable');
          server.resume();
          expect(await untilDone(() => mark(records, 'after'))).toBe(true);
          await records.check();
          expect(await marks(records)).toEqual(expect.arrayContaining(['after', 'before']));
        },
        inService,
      ));

    test('whoever comes when the line is full is refused at once; the others wait no longer for them', () =>
      withPostgres(
        server,
        async (records) => {
          await server.pause();
          const details = await Promise.all(Array.from({ length: 400 }, () => detailOf(marks(records))));
          const refused = details.filter((detail) => detail.includes('calls wait for a connection already'));
          // One connection stands, and the line has 256 places
          expect(refused).toHaveLength(143);
        },
        inService,
      ));

    test('when the program starts: it says so', async () => {
      const location = await server.createDatabase();
      await server.pause();
      expect(await detailOf(openPostgresRecords(location))).toMatch(/^store-unavailable: .*no answer within/);
      server.resume();
    });
  });

  describe('a server that is gone', () => {
    test('killed: refused by name, with what is wrong; back again: no restart of ours is needed', () =>
      withPostgres(
        server,
        async (records, { hosts }) => {
          await mark(records, 'before');
          await server.stopHard();
          expect(await detailOf(marks(records))).toMatch(
            /^store-unavailable: .*(?:nothing listens there|cut|terminated)/,
          );
          const port = hosts[0]?.port;
          await untilDone(async () => {
            expect(await detailOf(marks(records))).toContain(`127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`);
          });
          expect(await codeOf(records.check())).toBe('store-unavailable');
          await server.start();
          await untilDone(() => records.check());
          expect(await mark(records, 'after')).toBe(true);
        },
        inService,
      ));

    test('restarted under load: no mark is told to two, and what was told is kept', () =>
      withPostgres(
        server,
        async (records) => {
          const won: string[] = [];
          let isOver = false;
          const load = Array.from({ length: 12 }, async (_, client) => {
            // Three rivals for each mark
            for (let index = 0; !isOver; index += 1) {
              const name = `${client % 4}-${index}`;
              if (await mark(records, name).catch(() => false)) won.push(name);
              await new Promise((resolve) => setImmediate(resolve));
            }
          });
          await untilDone(async () => expect(won.length).toBeGreaterThan(200));
          await server.stop();
          await server.start();
          const before = won.length;
          await untilDone(async () => expect(won.length).toBeGreaterThan(before + 200));
          await server.stop();
          await server.start();
          isOver = true;
          await Promise.all(load);
          expect(new Set(won).size).toBe(won.length);
          const kept = new Set(await untilDone(() => marks(records)));
          expect(won.filter((name) => !kept.has(name))).toEqual([]);
        },
        { pool: 8, ...inService },
      ));

    test('connections that the server ends while nobody uses them: the next call gets another', () =>
      withPostgres(
        server,
        async (records, { database }) => {
          await Promise.all([marks(records), marks(records), marks(records)]);
          const connected = `from pg_stat_activity where datname = '${database}'`;
          await untilDone(async () => {
            // Again and again: one may have been opened for a call that another one has served meanwhile
            await server.sql(`select pg_terminate_backend(pid) ${connected}`);
            expect(await server.sql(`select count(*) ${connected}`)).toBe('0');
          });
          expect(await marks(records)).toEqual([]);
        },
        inService,
      ));

    test('a database that is dropped is named', () =>
      withPostgres(
        server,
        async (records, { database }) => {
          await server.sql(`drop database ${database} with (force)`);
          await untilDone(async () => {
            expect(await detailOf(marks(records))).toMatch(
              /database "records_\d+" does not exist \(3D000\) \[createdb /,
            );
          });
        },
        inService,
      ));
  });

  test('a server that takes no writes for a while is refused, and used again when it does', () =>
    withPostgres(
      server,
      async (records) => {
        await mark(records, 'before');
        await server.sql('alter system set default_transaction_read_only = on; select pg_reload_conf()');
        await untilDone(async () => {
          expect(await detailOf(mark(records, 'meanwhile'))).toContain(
            'it takes no writes (default_transaction_read_only)',
          );
        });
        expect(await codeOf(records.check())).toBe('store-unavailable');
        await server.sql('set default_transaction_read_only = off; alter system reset default_transaction_read_only');
        await server.sql('select pg_reload_conf()');
        await untilDone(() => records.check());
        expect(await marks(records)).toContain('before');
      },
      inService,
    ));
});
