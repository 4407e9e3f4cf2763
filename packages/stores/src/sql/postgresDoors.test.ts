import { createServer } from 'node:net';
import {
  describeWith,
  freePort,
  type PrivatePostgres,
  postgresPrograms,
  postgresUser,
  privatePostgres,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PostgresLocation } from '../locations.ts';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import { detailOf, mark, marks, withPostgres } from './trials/postgresDatabase.ts';

describeWith(postgresPrograms, 'the doors of PostgreSQL', () => {
  let server: PrivatePostgres;
  let encrypted: PrivatePostgres;
  beforeAll(async () => {
    [server, encrypted] = await Promise.all([privatePostgres(), privatePostgres({ tls: {} })]);
  });
  const refusal = async (changes: Partial<PostgresLocation>, of = server): Promise<string> =>
    detailOf(openPostgresRecords({ ...(await of.createDatabase()), ...changes }));

  describe('what the operator is told, never with the password', () => {
    test('a wrong password', async () => {
      const told = await refusal({ password: 'not-the-one' });
      expect(told).toContain('as gakumon: 127.0.0.1:');
      expect(told).toContain('the password of this user is wrong (28P01)');
      expect(told).not.toContain('not-the-one');
    });

    test('no password where one is asked for, whatever PGPASSWORD says', async () => {
      process.env.PGPASSWORD = postgresUser.password;
      try {
        expect(await refusal({ password: undefined })).toContain('it asks for a password, and none is configured');
      } finally {
        delete process.env.PGPASSWORD;
      }
    });

    test('an unknown user', async () => {
      // The server does not tell whether the user or the password is wrong
      expect(await refusal({ user: 'nobody' })).toContain('28P01');
    });

    test('an unknown database', async () => {
      expect(await refusal({ database: 'elsewhere' })).toMatch(
        /database "elsewhere" does not exist \(3D000\).*createdb/,
      );
    });

    test('a port where nothing listens, and a name that nobody knows', async () => {
      const port = await freePort();
      expect(await refusal({ hosts: [{ host: '127.0.0.1', port }] })).toContain(
        `127.0.0.1:${port}: nothing listens there`,
      );
      expect(await refusal({ hosts: [{ host: 'db.invalid', port }] })).toMatch(
        /db\.invalid:\d+: (?:nobody knows|the name)/,
      );
    });

    test('something else that listens there', async () => {
      const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as { port: number };
      expect(await refusal({ hosts: [{ host: '127.0.0.1', port }] })).toMatch(/^store-unavailable: /);
      other.close();
    });

    test('a server without a connection left', async () => {
      const small = await privatePostgres({
        settings: ['max_connections=2', 'superuser_reserved_connections=1', 'max_wal_senders=0', 'wal_level=minimal'],
      });
      await withPostgres(small, async (records, location) => {
        await marks(records);
        expect(await detailOf(openPostgresRecords(location))).toMatch(
          /it has no connection left \(53300\).*max_connections/,
        );
        // More calls than connections that can be had: they share those that there are
        expect(await Promise.all(Array.from({ length: 20 }, (_, index) => mark(records, `${index}`)))).toHaveLength(20);
      });
    });

    test('a user who may not make tables', async () => {
      const { database } = await server.createDatabase();
      await server.sql(`alter database ${database} owner to postgres`);
      expect(await refusal({ database })).toMatch(/permission denied for schema public \(42501\).*owner/);
    });

    test('a database that cannot keep every name', async () => {
      await server.sql("create database latin owner gakumon encoding 'LATIN1' locale 'C' template template0");
      expect(await refusal({ database: 'latin' })).toContain('the database keeps texts as LATIN1, not as UTF8');
    });
  });

  describe('TLS', () => {
    test('with the CA of the server: encrypted', () =>
      withPostgres(encrypted, async (records, { database }) => {
        await mark(records, 'a');
        const query = `select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where datname = '${database}'`;
        expect(await encrypted.sql(query)).toBe('t');
      }));

    test("attack: a server with another CA's certificate, or with the machine's own roots only", async () => {
      const stranger = await privatePostgres({ tls: {} });
      const wrong = 'its certificate is not of an authority that is trusted here';
      expect(await refusal({ tls: { ca: stranger.ca } }, encrypted)).toContain(wrong);
      expect(await refusal({ tls: { ca: undefined } }, encrypted)).toContain(wrong);
    });

    test("attack: a certificate of the right CA for another server's name", async () => {
      const misnamed = await privatePostgres({ tls: { names: 'DNS:db.example.ac.jp' } });
      expect(await refusal({}, misnamed)).toContain(
        'its certificate is of another name (ERR_TLS_CERT_ALTNAME_INVALID)',
      );
    });

    test('attack: whoever answers that TLS is not spoken gets no password', async () => {
      expect(await refusal({ tls: { ca: encrypted.ca } })).toContain(
        'it does not speak TLS, which stores.records asks for',
      );
    });

    test('a server that wants TLS says so to whoever does not use it', async () => {
      expect(await refusal({ tls: undefined }, encrypted)).toMatch(/no encryption \(28000\).*pg_hba\.conf/);
    });

    test('attack: PGSSLMODE of the environment does not switch the verification off', async () => {
      const location = await encrypted.createDatabase();
      process.env.PGSSLMODE = 'no-verify';
      try {
        expect(await detailOf(openPostgresRecords({ ...location, tls: { ca: undefined } }))).toContain(
          'of an authority',
        );
        expect(await detailOf(openPostgresRecords({ ...location, tls: undefined }))).toContain('28000');
      } finally {
        delete process.env.PGSSLMODE;
      }
    });
  });
});
