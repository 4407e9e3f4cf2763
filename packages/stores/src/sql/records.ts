import { GakumonError, isGakumonError, reasonOf } from '@gakumon/terms';
import { advanceCounter } from './counters.ts';
import { createSqliteDatabase, type Database, type PreparedQuery, prepareQuery, type QueryText } from './database.ts';
import { holdFiles } from './heldFiles.ts';
import { migrate, requireSchemaVersion, sqliteColumns } from './migrations.ts';
import { createPatience } from './patience.ts';
import { isBusy, openSqliteConnection, openSqliteReader, type SqliteConnection } from './sqliteConnection.ts';

/**
 * A SQL engine as the ports see it. Every failure of the engine comes out as `store-unavailable`.
 * A step is repeated when the engine was busy, so it is one statement, a compare-and-set loop, or a transaction.
 */
export type Records = {
  read<T>(step: (db: Database) => Promise<T>): Promise<T>;
  write<T>(step: (db: Database) => Promise<T>): Promise<T>;
  /** A write that a loss of power must not undo. */
  writeDurably<T>(step: (db: Database) => Promise<T>): Promise<T>;
  /** A query for `read` and `write` whose text is made once. */
  prepare<Row>(build: (db: Database) => QueryText<Row>): PreparedQuery<Row>;
  /**
   * Reads that all see one state of the database, however long they take; nobody's writes wait for them. Read large
   * tables in pages: SQLite holds the event loop still for each query.
   */
  snapshot<T>(step: (db: Database) => Promise<T>): Promise<T>;
  /**
   * Writes a row, and looks whether the files are still those that were opened.
   * @throws GakumonError `store-unavailable` when nothing could be written now, or would not last; `records-newer`
   */
  check(): Promise<void>;
  close(): Promise<void>;
};

/** Longer than any honest transaction of another process, shorter than a person's patience. */
export const defaultPatienceMs = 2_000;

/**
 * Opens a SQLite file, making it and bringing its schema up to date.
 * @param patienceMs how long one step may wait for another process's lock
 * @throws GakumonError `store-unavailable` (unreadable, not writable, damaged, locked), `records-newer`
 */
export async function openSqliteRecords(file: string, patienceMs: number = defaultPatienceMs): Promise<Records> {
  const connection = await guarded(file, async () => openSqliteConnection(file));
  const records = createSqliteRecords(file, connection, patienceMs);
  try {
    await records.write(async () => {
      connection.execute('pragma journal_mode = wal', []);
      connection.setDurable(false);
    });
    await records.writeDurably((db) => migrate(db, sqliteColumns));
    const requireFiles = await guarded(file, async () => holdFiles(file));
    return {
      ...records,
      check: async () => {
        requireFiles();
        await probe(records);
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Only a write shows that a disk is full, or a server a standby: a lock alone can be had on any. */
export async function probe(records: Pick<Records, 'write'>): Promise<void> {
  await records.write((db) =>
    db.transaction().execute(async (trx) => {
      await requireSchemaVersion(trx);
      // The smallest write there is
      await advanceCounter(trx, 'heartbeats');
    }),
  );
}

function createSqliteRecords(file: string, connection: SqliteConnection, patienceMs: number): Omit<Records, 'check'> {
  const db = createSqliteDatabase(connection);
  const patience = createPatience(isBusy, patienceMs);
  return {
    read: (step) => guarded(file, () => patience.retry(() => step(db))),
    write: (step) => guarded(file, () => patience.inTurn(() => step(db))),
    writeDurably: (step) => guarded(file, () => patience.inTurn(() => durably(connection, () => step(db)))),
    prepare: (build) => prepareQuery(db, build),
    snapshot: (step) => readSqlite(file, step),
    close: async () => {
      await patience.inTurn(async () => {}).catch(() => {});
      await db.destroy();
    },
  };
}

/**
 * Reads a file as it is, whatever its schema, through a connection of its own: the transaction of the first is the writer's.
 * @throws GakumonError `store-unavailable`
 */
export function readSqlite<T>(file: string, step: (db: Database) => Promise<T>): Promise<T> {
  return guarded(file, async () => {
    const db = createSqliteDatabase(openSqliteReader(file), 'deferred');
    try {
      return await db.transaction().execute(step);
    } finally {
      await db.destroy();
    }
  });
}

async function durably<T>(connection: SqliteConnection, step: () => Promise<T>): Promise<T> {
  connection.setDurable(true);
  try {
    return await step();
  } finally {
    connection.setDurable(false);
  }
}

/** Runs a step; what an engine throws becomes `store-unavailable` with the file in its detail. */
async function guarded<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isGakumonError(error)) throw error;
    const reason = reasonOf(error);
    throw new GakumonError('store-unavailable', { detail: `${file}: ${reason}`, cause: error });
  }
}
