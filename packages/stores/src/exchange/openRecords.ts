import { GakumonError } from '@gakumon/terms';
import type { RecordsLocation } from '../locations.ts';
import type { Database } from '../sql/database.ts';
import { openPostgresDatabase } from './postgresDatabase.ts';
import type { SqlDialect } from './sqlDialect.ts';
import { openSqliteFile } from './sqliteFile.ts';

/**
 * Records as they are found, whichever schema they are of: to open them changes nothing. No connection is held in between.
 * Failures of the engine are `store-unavailable`.
 */
export type OpenRecords = {
  readonly dialect: SqlDialect;
  /** Where they are, in words for the operator; without any password. */
  readonly place: string;
  /** Whether there is a database. */
  exists(): Promise<boolean>;
  /** Reads that all see one state. */
  snapshot<T>(step: (db: Database) => Promise<T>): Promise<T>;
  /** One durable transaction; a SQLite file is made when there is none. Others who write wait for it. */
  transaction<T>(step: (db: Database) => Promise<T>): Promise<T>;
};

/** @throws GakumonError `usage-wrong` for records in memory, which only the process that made them has */
export async function openRecords(location: RecordsLocation): Promise<OpenRecords> {
  if (location.kind === 'memory') {
    throw new GakumonError('usage-wrong', { detail: 'records in memory are gone with the server; name a database' });
  }
  const records = location.kind === 'sqlite' ? openSqliteFile(location.file) : await openPostgresDatabase(location);
  return { ...records, transaction: (step) => records.transaction(once(step)) };
}

/** A file that is read while it is written away cannot be read a second time. */
function once<T>(step: (db: Database) => Promise<T>): (db: Database) => Promise<T> {
  let begun = false;
  return (db) => {
    if (begun) throw new GakumonError('internal', { detail: 'a transaction over a stream was begun twice' });
    begun = true;
    return step(db);
  };
}
