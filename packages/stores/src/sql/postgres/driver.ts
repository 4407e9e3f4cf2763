import type { DatabaseConnection, Driver } from 'kysely';
import { createDatabase, type Database } from '../database.ts';
import type { PostgresConnection } from './postgresConnection.ts';

/** Where a database takes its connections from. */
export type ConnectionSource = {
  acquire(): Promise<PostgresConnection>;
  release(connection: PostgresConnection): void;
  close(): Promise<void>;
};

/**
 * Queries over connections to PostgreSQL.
 * @param begin the statements that begin a transaction; the isolation level is always named, since a server may have
 *   another default
 */
export function createPostgresDatabase(
  source: ConnectionSource,
  begin: readonly string[] = ['begin isolation level read committed'],
): Database {
  return createDatabase('postgres', createDriver(source, begin));
}

type Acquired = DatabaseConnection & { readonly connection: PostgresConnection };

function createDriver(source: ConnectionSource, begin: readonly string[]): Driver {
  return {
    init: async () => {},
    acquireConnection: async () => toKysely(await source.acquire()),
    async beginTransaction(acquired) {
      for (const statement of begin) await connectionOf(acquired).execute(statement);
    },
    async commitTransaction(acquired) {
      const { command } = await connectionOf(acquired).execute('commit');
      // PostgreSQL is content to commit a transaction of which a statement failed: it rolls back and says so here only
      if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
    },
    async rollbackTransaction(acquired) {
      const connection = connectionOf(acquired);
      // Without a connection the server has rolled back, and a second complaint would hide the reason
      if (connection.lost() === undefined) await connection.execute('rollback');
    },
    releaseConnection: async (acquired) => source.release(connectionOf(acquired)),
    destroy: () => source.close(),
  };
}

const connectionOf = (acquired: DatabaseConnection): PostgresConnection => (acquired as Acquired).connection;

function toKysely(connection: PostgresConnection): Acquired {
  return {
    connection,
    async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { rows, changes } = await connection.execute(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    async *streamQuery() {
      yield* [];
      throw new TypeError('no query here is streamed');
    },
  };
}
