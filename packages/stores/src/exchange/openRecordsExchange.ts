import { GakumonError, quoteUntrusted } from '@gakumon/terms';
import type { RecordsLocation } from '../locations.ts';
import { bringForward, type MigrationPlan, planMigration, refuseNewer, schemaVersion } from '../sql/migrations.ts';
import { type ExchangeSummary, type ExportOptions, exportRecords, type WriteText } from './exportRecords.ts';
import { importRecords } from './importRecords.ts';
import { type OpenRecords, openRecords } from './openRecords.ts';
import { readRecordsFile } from './readRecordsFile.ts';
import { type RecordsStatus, readStatus } from './readStatus.ts';
import type { FileHead } from './recordsFile.ts';
import { readTableShapes } from './tableShapes.ts';

/** Records as whoever looks after them sees them: beside a running server, and of any schema up to this program's. */
export type RecordsExchange = {
  /** Which database it is: its file, or hosts and name; never a password. */
  readonly place: string;
  readonly engine: RecordsStatus['engine'];
  /** Changes nothing, and makes no database. */
  status(): Promise<RecordsStatus>;
  /**
   * Brings the schema forward; makes the database where there is none.
   * @returns what was done
   */
  migrate(): Promise<MigrationPlan>;
  /** @throws GakumonError `records-missing`, `records-newer`, and what `write` throws */
  export(write: WriteText, options: ExportOptions): Promise<ExchangeSummary>;
  /**
   * Takes everything out of a file, or nothing.
   * @param name of the file, for messages
   * @param replace whether what is there may go
   * @throws GakumonError `records-file-invalid`, `records-newer`, `records-not-empty`
   */
  import(name: string, source: AsyncIterable<Uint8Array>, replace: boolean): Promise<ExchangeSummary>;
};

/** @throws GakumonError `store-unavailable`, here and from each method; `usage-wrong` for records in memory */
export async function openRecordsExchange(location: RecordsLocation): Promise<RecordsExchange> {
  const records = await openRecords(location);
  const { dialect, place } = records;
  return {
    place,
    engine: dialect.engine,
    status: () => readStatus(records),
    migrate: () =>
      records.transaction(async (db) => {
        const plan = await planMigration(db, dialect.kinds);
        await bringForward(db, dialect.kinds, schemaVersion);
        return plan;
      }),
    export: (write, options) => exportFrom(records, write, options),
    async import(name, source, replace) {
      // Before the database is touched: a file of another kind is told by its first line
      const file = await readRecordsFile(name, source);
      requireKnown(name, file.head);
      return records.transaction((db) => importRecords(db, dialect, file, replace));
    },
  };
}

function requireKnown(name: string, { schema, gakumon }: FileHead): void {
  if (schema <= schemaVersion) return;
  throw new GakumonError('records-newer', {
    detail: `${name} has schema ${schema}; this program knows up to ${schemaVersion}`,
    hint: `it was written by Gakumon ${quoteUntrusted(gakumon)}; use that one, or a later one`,
  });
}

async function exportFrom(records: OpenRecords, write: WriteText, options: ExportOptions): Promise<ExchangeSummary> {
  const { dialect, place } = records;
  const missing = (): never => {
    throw new GakumonError('records-missing', { detail: place });
  };
  if (!(await records.exists())) return missing();
  return records.snapshot(async (db) => {
    const { found } = await planMigration(db, dialect.kinds);
    if (found === 0) return missing();
    refuseNewer(found);
    return exportRecords(db, await readTableShapes(db, dialect), found, write, options);
  });
}
