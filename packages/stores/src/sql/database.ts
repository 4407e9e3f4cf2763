import {
  type Dialect,
  type Driver,
  Kysely,
  type DatabaseConnection as KyselyConnection,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SqliteConnection } from './sqliteConnection.ts';
import type { Tables } from './tables.ts';

/** The queries of every SQL engine are built on this. */
export type Database = Kysely<Tables>;

/** Text that goes into a statement as it is: constants of this package only. */
export const rawSql = (text: string) => sql.raw(text);

/** Queries over one SQLite connection. Transactions take the write lock when they begin, so they never fail half-way. */
export function createSqliteDatabase(connection: SqliteConnection): Database {
  const dialect: Dialect = {
    createDriver: () => createDriver(connection),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return new Kysely<Tables>({ dialect });
}

function createDriver(connection: SqliteConnection): Driver {
  const only: KyselyConnection = {
    async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { rows, changes } = connection.execute(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    async *streamQuery() {
      yield* [];
      throw new TypeError('no query here is streamed');
    },
  };
  return {
    init: async () => {},
    acquireConnection: async () => only,
    // A deferred transaction that reads first can't be repeated safely: it fails at its first write when another writer was faster
    beginTransaction: async () => void connection.execute('begin immediate', []),
    commitTransaction: async () => void connection.execute('commit', []),
    rollbackTransaction: async () => {
      // A full disk makes SQLite roll back by itself, and a second rollback would hide the reason
      if (connection.inTransaction()) connection.execute('rollback', []);
    },
    releaseConnection: async () => {},
    destroy: async () => connection.close(),
  };
}
