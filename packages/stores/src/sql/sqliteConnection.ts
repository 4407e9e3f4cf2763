import { closeSync, existsSync, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { requireColumnValue } from './columnValues.ts';

/** One connection to one file. */
export type SqliteConnection = {
  /** Runs one statement; `rows` are those of a SELECT or of a RETURNING clause. */
  execute(sql: string, parameters: readonly unknown[]): { rows: Record<string, unknown>[]; changes: number };
  inTransaction(): boolean;
  /** Whether the next commits survive a loss of power; not inside a transaction. */
  setDurable(durable: boolean): void;
  close(): void;
};

/** A longer wait inside SQLite would hold the event loop still; the rest of the waiting is asynchronous. */
const busyTimeoutMs = 50;

/** More than this program has; a statement of another length each time must not fill the memory. */
const keptStatements = 200;

/**
 * Opens or creates a database file that only its owner can read.
 * WAL: readers and one writer never block each other. `synchronous = NORMAL`: a commit survives the death of every
 * process and a power cut never damages the file, at 0.02 ms instead of 0.2 ms and more with an fsync on the event
 * loop; what must survive a power cut too is written with `setDurable(true)`.
 * @throws what node:fs and node:sqlite throw
 */
export function openSqliteConnection(file: string): SqliteConnection {
  claimFile(file);
  return connectionOf(new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true }));
}

/**
 * Opens a database file that exists, for reading only.
 * @throws what node:sqlite throws
 */
export function openSqliteReader(file: string): SqliteConnection {
  return connectionOf(new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: true }));
}

function connectionOf(database: DatabaseSync): SqliteConnection {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      if (statements.size >= keptStatements) statements.clear();
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    execute(sql, parameters) {
      const statement = prepared(sql);
      const values = parameters.map(requireColumnValue);
      if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 };
      return { rows: [], changes: Number(statement.run(...values).changes) };
    },
    inTransaction: () => database.isTransaction,
    setDurable: (durable) => database.exec(`pragma synchronous = ${durable ? 'full' : 'normal'}`),
    close: () => database.close(),
  };
}

/** Makes the file with mode 0600 before SQLite does it with the umask's; SQLite gives its -wal and -shm the same mode. */
function claimFile(file: string): void {
  makeFolder(dirname(file));
  const descriptor = openSync(file, 'a', 0o600);
  try {
    const mode = fstatSync(descriptor).mode & 0o777;
    if ((mode & 0o077) !== 0) fchmodSync(descriptor, mode & 0o700);
  } finally {
    closeSync(descriptor);
  }
}

/** Not `recursive`: Node then tries for ever where the system says that a folder which is there is not, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process was faster
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Whether another connection held the lock for longer than the busy time-out: SQLITE_BUSY or SQLITE_LOCKED. */
export function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' && ((code & 0xff) === 5 || (code & 0xff) === 6);
}
