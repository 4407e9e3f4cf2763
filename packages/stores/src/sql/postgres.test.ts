import {
  describeWith,
  type PostgresAccess,
  type PrivatePostgres,
  postgresPrograms,
  privatePostgres,
} from '@gakumon/testkit';
import { beforeAll } from '@jest/globals';
import { caseCapacity, conformEveryPort } from '../conformance/everyPort.ts';
import { openStores } from '../openStores.ts';

/** A database for each test would take most of the time. */
const emptyAll = String.raw`select 'truncate ' || string_agg(tablename, ', ') from pg_tables
  where schemaname = 'public' and tablename <> 'schema_version' \gexec`;

describeWith(postgresPrograms, 'PostgreSQL', () => {
  let server: PrivatePostgres;
  let records: PostgresAccess;
  beforeAll(async () => {
    server = await privatePostgres();
    records = await server.createDatabase();
  });

  conformEveryPort('PostgreSQL', async () => {
    let now = 0;
    const options = {
      records,
      sessions: { kind: 'records' },
      clock: () => now,
      caseCapacity,
      patienceMs: 30_000,
    } as const;
    // Both at once: opening races too
    const [port, peer] = await Promise.all([openStores(options), openStores(options)]);
    return {
      port,
      peer,
      setNow: (to) => {
        now = to;
      },
      sweep: (at) => port.sweep(at),
      counts: true,
      close: async () => {
        await Promise.all([port.close(), peer.close()]);
        await server.sql(emptyAll, records.database);
      },
    };
  });
});
