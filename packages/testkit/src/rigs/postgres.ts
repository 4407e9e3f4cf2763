import { join } from 'node:path';
import { freePort, temporaryFolder } from '../temporary.ts';
import {
  copyToServer,
  giveToServer,
  type PostgresProcess,
  postgresProcess,
  runPostgresProgram,
  writeDoors,
} from './postgresServer.ts';
import { makeRedisCertificate } from './redisTls.ts';

/** What the rig needs, for `describeWith`. */
export const postgresPrograms: readonly string[] = ['initdb', 'postgres', 'psql', 'pg_basebackup', 'ps', 'openssl'];

/** A shape of `PostgresLocation` that needs no import of it. */
export type PostgresAccess = {
  readonly kind: 'postgres';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: { readonly ca: string | undefined } | undefined;
  readonly pool: number;
};

/** One PostgreSQL server of the test file's own, on 127.0.0.1. */
export type PrivatePostgres = PostgresProcess & {
  readonly port: number;
  /** PEM of the CA that signed its certificate; undefined without TLS. */
  readonly ca: string | undefined;
  /**
   * Makes an empty database, which sorts as English people do, not by octets.
   * @returns where it is, as `openPostgresRecords` wants it
   */
  createDatabase(): Promise<PostgresAccess>;
  /** Runs statements as the superuser. @returns the rows: columns parted by `|` */
  sql(statements: string, database?: string): Promise<string>;
  /** Starts a second server that follows this one and may only be read, until {@link promote}. */
  startStandby(): Promise<PrivatePostgres>;
  promote(): Promise<void>;
};

export type PostgresOptions = {
  /** Takes TLS only, with a certificate of a CA of its own. `names`: its subjectAltName; `DNS:localhost,IP:127.0.0.1` when not given. */
  readonly tls?: { readonly names?: string };
  /** Further settings, e.g. `max_connections=5`. */
  readonly settings?: readonly string[];
};

/** The user who owns the databases, and who comes in from 127.0.0.1 with this password only. */
export const postgresUser = { name: 'gakumon', password: 'rig:pass/word' };

/**
 * Starts a PostgreSQL server on loopback; nothing is synced to the disk. Make one for a whole test file (`beforeAll`), and
 * a database for each test.
 * @throws Error with its output when it does not come up
 */
export async function privatePostgres({ tls, settings = [] }: PostgresOptions = {}): Promise<PrivatePostgres> {
  const folder = await ownFolder();
  const people = ['--username=postgres', '--auth=trust'];
  const quickly = ['--no-sync', '--no-instructions'];
  const text = ['--encoding=UTF8', '--locale=C'];
  const place = ['-D', join(folder, 'data')];
  await runPostgresProgram('initdb', [...place, ...people, ...quickly, ...text]);
  await writeDoors(folder, tls === undefined ? 'host' : 'hostssl');
  const encrypted = tls && (await useTls(folder, tls));
  const server = await startServer(folder, [...(encrypted?.settings ?? []), ...settings], encrypted?.ca);
  await server.sql(`create role ${postgresUser.name} login password '${postgresUser.password}'`);
  return server;
}

async function useTls(folder: string, options: { readonly names?: string }) {
  const { ca, files } = await makeRedisCertificate(options);
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key.pem')];
  await copyToServer(files.certificate, certificate);
  await copyToServer(files.key, key);
  return { ca, settings: ['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`] };
}

async function startServer(
  folder: string,
  settings: readonly string[],
  ca: string | undefined,
): Promise<PrivatePostgres> {
  const port = await freePort();
  const process = postgresProcess(folder, port, settings);
  await process.start();
  const place = ['-h', folder, '-p', String(port), '-U', 'postgres'];
  const sql = (statements: string, database = 'postgres') =>
    runPostgresProgram('psql', [...place, '-d', database, '-XqtA', '-v', 'ON_ERROR_STOP=1'], statements);
  let databases = 0;
  return {
    ...process,
    port,
    ca,
    sql,
    async createDatabase() {
      databases += 1;
      const database = `records_${databases}`;
      const sorting = "locale_provider icu icu_locale 'en-US' template template0";
      await sql(`create database ${database} owner ${postgresUser.name} encoding 'UTF8' ${sorting}`);
      return {
        kind: 'postgres',
        hosts: [{ host: '127.0.0.1', port }],
        database,
        user: postgresUser.name,
        password: postgresUser.password,
        tls: ca === undefined ? undefined : { ca },
        pool: 4,
      };
    },
    async startStandby() {
      const own = await ownFolder();
      await runPostgresProgram('pg_basebackup', [
        ...place,
        '-D',
        join(own, 'data'),
        '-R',
        '-X',
        'stream',
        '-c',
        'fast',
      ]);
      return startServer(own, settings, ca);
    },
    promote: async () => void (await sql('select pg_promote()')),
  };
}

async function ownFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await giveToServer(folder);
  return folder;
}
