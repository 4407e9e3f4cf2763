import { existsSync } from 'node:fs';
import { createSqliteDatabase } from '../sql/database.ts';
import { createPatience } from '../sql/patience.ts';
import { isBusy, openSqliteConnection, openSqliteReader } from '../sql/sqliteConnection.ts';
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
    async snapshot(step) {
      const db = createSqliteDatabase(openSqliteReader(file), 'deferred');
      try {
        return await db.transaction().execute(step);
      } finally {
        await db.destroy();
      }
    },
    async transaction(step) {
      const connection = openSqliteConnection(file);
      const db = createSqliteDatabase(connection);
      const patience = createPatience(isBusy, patienceMs);
      try {
        await patience.retry(async () => void connection.execute('pragma journal_mode = wal', []));
        connection.setDurable(true);
        return await patience.retry(() => db.transaction().execute(step));
      } finally {
        await db.destroy();
      }
    },
    close: async () => {},
  };
}
