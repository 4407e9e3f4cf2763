import type { PostgresLocation } from '../locations.ts';
import type { OpenRecords } from './openRecords.ts';
import { postgresDialect } from './sqlDialect.ts';

/** A database of PostgreSQL, on the first of its hosts that takes writes. */
export async function openPostgresDatabase(location: PostgresLocation): Promise<OpenRecords> {
  // On first use: an embedded set-up never loads the client
  const { readPostgres, writePostgres } = await import('../sql/postgres/openPostgresRecords.ts');
  const hosts = location.hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  return {
    dialect: postgresDialect,
    place: `database ${location.database} on ${hosts}, as ${location.user}`,
    exists: async () => true,
    snapshot: (step) => readPostgres(location, step),
    transaction: (step) => writePostgres(location, step),
  };
}
