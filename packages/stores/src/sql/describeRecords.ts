import { existsSync } from 'node:fs';
import type { RecordsLocation } from '../locations.ts';
import type { Database } from './database.ts';
import {
  type ColumnKinds,
  listTables,
  type MigrationPlan,
  planMigration,
  postgresColumns,
  sqliteColumns,
} from './migrations.ts';
import { readSqlite } from './records.ts';

/** What is in the records, and what `migrate` would do to them. */
export type RecordsDescription = {
  readonly plan: MigrationPlan;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
};

/**
 * Looks at records as they are, and changes nothing: neither is a file made that is not there, nor a schema brought up to date.
 * @throws GakumonError `store-unavailable`
 */
export async function describeRecords(
  location: Exclude<RecordsLocation, { kind: 'memory' }>,
): Promise<RecordsDescription> {
  if (location.kind === 'sqlite') {
    const { file } = location;
    // What a new file would be
    const read = existsSync(file) ? file : ':memory:';
    return readSqlite(read, (db) => describe(db, sqliteColumns));
  }
  const { readPostgres } = await import('./postgres/openPostgresRecords.ts');
  return readPostgres(location, (db) => describe(db, postgresColumns));
}

async function describe(db: Database, kinds: ColumnKinds): Promise<RecordsDescription> {
  const plan = await planMigration(db, kinds);
  const tables: { name: string; rows: number }[] = [];
  for (const name of plan.found === 0 ? [] : await listTables(db, kinds)) {
    const { rows } = await db
      .selectFrom(name as 'counters')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    tables.push({ name, rows });
  }
  return { plan, tables };
}
