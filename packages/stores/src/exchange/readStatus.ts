import type { Database } from '../sql/database.ts';
import { type MigrationPlan, planFrom, planMigration } from '../sql/migrations.ts';
import { countRows } from './exportRecords.ts';
import type { OpenRecords } from './openRecords.ts';
import type { SqlDialect } from './sqlDialect.ts';
import { readTableShapes, type TableName } from './tableShapes.ts';

export type RecordsStatus = {
  readonly engine: SqlDialect['engine'];
  /** Which database it is; never a password. */
  readonly place: string;
  /** The schema that was found (0: none yet), the one that this program writes, and the steps in between. */
  readonly schema: MigrationPlan;
  /** Rows by the name of the table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Octets on the disk; undefined where there is no database. */
  readonly size: number | undefined;
  /** When the newest event of the history happened, milliseconds. */
  readonly newestEvent: number | undefined;
  /** The ids of the sealing keys that secrets at rest are under. */
  readonly sealingKeys: readonly string[];
};

/** Looks at the records, of whichever schema, and changes nothing. */
export async function readStatus(records: OpenRecords): Promise<RecordsStatus> {
  const { dialect, place } = records;
  const about = { engine: dialect.engine, place };
  if (!(await records.exists())) {
    const none = { rows: {}, size: undefined, newestEvent: undefined, sealingKeys: [] };
    return { ...about, schema: planFrom(0), ...none };
  }
  return records.snapshot(async (db) => {
    const tables = await readTableShapes(db, dialect);
    const has = (name: TableName): boolean => tables.some((table) => table.name === name);
    return {
      ...about,
      schema: await planMigration(db, dialect.kinds),
      rows: await countRows(db, tables),
      size: await dialect.measure(db, tables),
      newestEvent: has('history') ? await readNewestEvent(db) : undefined,
      sealingKeys: has('sealed_records') ? await readSealingKeys(db) : [],
    };
  });
}

async function readNewestEvent(db: Database): Promise<number | undefined> {
  const row = await db.selectFrom('history').select('at').orderBy('at', 'desc').limit(1).executeTakeFirst();
  return row?.at;
}

async function readSealingKeys(db: Database): Promise<readonly string[]> {
  const rows = await db.selectFrom('sealed_records').select('key_id').distinct().orderBy('key_id').execute();
  return rows.map((row) => row.key_id);
}
