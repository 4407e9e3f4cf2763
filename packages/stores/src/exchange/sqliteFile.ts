import { existsSync } from 'node:fs';
import { GakumonError, isGakumonError, reasonOf } from '@gakumon/terms';
import { createSqliteDatabase, type Database } from '../sql/database.ts';
import { createPatience } from '../sql/patience.ts';
import { readSqlite } from '../sql/records.ts';
import { isBusy, openSqliteConnection } from '../sql/sqliteConnection.ts';
import type { OpenRecords } from './openRecords.ts';
import { sqliteDialect } from './sqlDialect.ts';

/** How long to wait for another's write, milliseconds: whoever moves records has more time than whoever logs in. */
const patienceMs = 10_000;

/** A SQLite file. A reader is never in a writer's way, so that a running server goes on. */
export function openSqliteFile(file: string): OpenRecords {
  return {
    dialect: sqliteDialect,
    place: file,
    exists: async () => existsSync(file),
    snapshot: (step) => readSqlite(file, step),
    async transaction(step) {
      try {
        return await writeSqlite(file, step);
      } catch (error) {
        if (isGakumonError(error)) throw error;
        const reason = reasonOf(error);
        throw new GakumonError('store-unavailable', { detail: `${file}: ${reason}`, cause: error });
      }
    },
  };
}

async function writeSqlite<T>(file: string, step: (db: Database) => Promise<T>): Promise<T> {
  const connection = openSqliteConnection(file);
  const db = createSqliteDatabase(connection);
  const patience = createPatience(isBusy, patienceMs);
  try {
    await patience.retry(async () => void connection.execute('pragma journal_mode = wal', []));
    connection.setDurable(true);
    return await patience.retry(() => db.transaction().execute(step));
  } finally {
    connection.close();
  }
}
