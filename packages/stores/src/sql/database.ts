import { GakumonError } from '@gakumon/terms';
import {
  type Compilable,
  type Dialect,
  type Driver,
  Kysely,
  type DatabaseConnection as KyselyConnection,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SqliteConnection } from './sqliteConnection.ts';
import type { Tables } from './tables.ts';

/** The queries of every SQL engine are built on this. */
export type Database = Kysely<Tables>;

/** Anything that can be made into a statement. */
export type QueryText<Row> = Compilable<Row>;

/** Text that goes into a statement as it is: constants of this package only. */
export const rawSql = <Row = unknown>(text: string) => sql.raw<Row>(text);

/** A query whose text was made once; `values` stand in the order of the text. Not for use inside a transaction. */
export type PreparedQuery<Row> = (values: readonly unknown[]) => Promise<{ rows: Row[]; changes: number }>;

/**
 * Makes a query's text once. Building it anew costs Kysely more than running it costs SQLite (14 µs against 4 µs), which
 * counts on the path of every SSO.
 * @param build the query, with any value of the right type in each place
 */
export function prepareQuery<Row>(db: Database, build: (db: Database) => QueryText<Row>): PreparedQuery<Row> {
  const query = build(db).compile();
  return async (values) => {
    if (values.length !== query.parameters.length) {
      throw new GakumonError('internal', { detail: `${values.length} values for: ${query.sql}` });
    }
    const result = await db.executeQuery<Row>({ ...query, parameters: values });
    return { rows: result.rows, changes: Number(result.numAffectedRows ?? 0) };
  };
}

/**
 * Queries over one SQLite connection.
 * @param begin `immediate`: transactions take the write lock when they begin, so they never fail half-way; a deferred
 *   one that reads first can't be repeated safely: it fails at its first write when another writer was faster
 */
export function createSqliteDatabase(
  connection: SqliteConnection,
  begin: 'immediate' | 'deferred' = 'immediate',
): Database {
  return createDatabase('sqlite', createDriver(connection, `begin ${begin}`));
}

/** Queries in an engine's own words, over a driver of ours. */
export function createDatabase(engine: 'sqlite' | 'postgres', driver: Driver): Database {
  const words = engine === 'sqlite' ? sqliteWords : postgresWords;
  return new Kysely<Tables>({ dialect: { ...words, createDriver: () => driver } });
}

const sqliteWords: Omit<Dialect, 'createDriver'> = {
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
};

const postgresWords: Omit<Dialect, 'createDriver'> = {
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
};

function createDriver(connection: SqliteConnection, begin: string): Driver {
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
    beginTransaction: async () => void connection.execute(begin, []),
    commitTransaction: async () => void connection.execute('commit', []),
    rollbackTransaction: async () => {
      // A full disk makes SQLite roll back by itself, and a second rollback would hide the reason
      if (connection.inTransaction()) connection.execute('rollback', []);
    },
    releaseConnection: async () => {},
    destroy: async () => connection.close(),
  };
}
