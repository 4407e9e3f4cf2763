import { GakumonError } from '@gakumon/terms';
import type { Database } from '../sql/database.ts';
import { bringForward, planMigration, refuseNewer, schemaVersion } from '../sql/migrations.ts';
import { countRows, type ExchangeSummary } from './exportRecords.ts';
import { insertRows } from './insertRows.ts';
import type { RecordsFile } from './readRecordsFile.ts';
import type { SqlDialect } from './sqlDialect.ts';
import { readTableShapes, type TableShape } from './tableShapes.ts';

/**
 * Puts the rows of a file in the place of those that are there. Rows of an older schema go into tables of that schema,
 * which are then brought forward as a database of that age is.
 * @param db a transaction: the file turns out to be whole or not when the last row has been written
 * @param replace whether rows that are there may go
 * @throws GakumonError `records-file-invalid`, `records-newer`, `records-not-empty`
 */
export async function importRecords(
  db: Database,
  dialect: SqlDialect,
  file: RecordsFile,
  replace: boolean,
): Promise<ExchangeSummary> {
  const { schema } = file.head;
  const plan = await planMigration(db, dialect.kinds);
  refuseNewer(plan.found);
  const before = await readTableShapes(db, dialect);
  await dialect.keepWritersOut(db, before);
  if (!replace) await requireEmpty(db, before);
  const seen = await readCounters(db, before);
  if (plan.found !== schema) await rebuild(db, dialect, before, schema);
  const tables = await readTableShapes(db, dialect);
  for (const { name } of tables) await db.deleteFrom(name).execute();
  const rows = await insertRows(db, tables, file.rows, file.refuse);
  await bringForward(db, dialect.kinds, schemaVersion);
  await raiseCounters(db, seen);
  return { schema, rows };
}

/** A fresh database has counters, and whoever looked at it has counted. */
async function requireEmpty(db: Database, tables: readonly TableShape[]): Promise<void> {
  const { counters: _, ...counts } = await countRows(db, tables);
  const filled = Object.entries(counts).filter(([, count]) => count > 0);
  if (filled.length === 0) return;
  const detail = filled.map(([name, count]) => `${name}: ${count}`).join(', ');
  throw new GakumonError('records-not-empty', { detail });
}

async function rebuild(
  db: Database,
  { kinds }: SqlDialect,
  before: readonly TableShape[],
  schema: number,
): Promise<void> {
  for (const name of [...before.map((table) => table.name), 'schema_version']) {
    await db.schema.dropTable(name).ifExists().execute();
  }
  await bringForward(db, kinds, schema);
}

type Counters = ReadonlyMap<string, number>;

async function readCounters(db: Database, tables: readonly TableShape[]): Promise<Counters> {
  if (!tables.some(({ name }) => name === 'counters')) return new Map();
  const rows = await db.selectFrom('counters').selectAll().execute();
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** Beyond both what the file says and what any node has seen here, so that every node notices the change. */
async function raiseCounters(db: Database, seen: Counters): Promise<void> {
  const rows = await db.selectFrom('counters').selectAll().execute();
  const written = new Map(rows.map(({ name, value }) => [name, value]));
  for (const name of new Set([...seen.keys(), ...written.keys()])) {
    const value = Math.max(seen.get(name) ?? 0, written.get(name) ?? 0) + 1;
    await db
      .insertInto('counters')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }
}
