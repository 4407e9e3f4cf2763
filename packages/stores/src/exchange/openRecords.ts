import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { RecordsLocation } from '../locations.ts';
import type { Database } from '../sql/database.ts';
import type { SqlDialect } from './sqlDialect.ts';
import { openSqliteFile } from './sqliteFile.ts';

/** Records as they are found, whichever schema they are of: to open them changes nothing. */
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
  close(): Promise<void>;
};

/**
 * @throws GakumonError `usage-wrong` for records in memory, which only the process that made them has;
 *   `store-unavailable`, from each method too
 */
export async function openRecords(location: RecordsLocation): Promise<OpenRecords> {
  const records = await open(location);
  const guarded = <T>(step: () => Promise<T>): Promise<T> => guard(records.place, step);
  return {
    ...records,
    snapshot: (step) => guarded(() => records.snapshot(step)),
    transaction: (step) => guarded(() => records.transaction(once(step))),
  };
}

async function open(location: RecordsLocation): Promise<OpenRecords> {
  if (location.kind === 'sqlite') return openSqliteFile(location.file);
  throw new GakumonError('usage-wrong', { detail: 'records that are in memory are gone with the server; name a file' });
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

async function guard<T>(place: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isGakumonError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new GakumonError('store-unavailable', { detail: `${place}: ${reason}`, cause: error });
  }
}
