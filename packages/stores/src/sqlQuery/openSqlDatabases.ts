import type { SqlDatabase, SqlQuery } from '@gakumon/directory';
import type { PostgresLocation } from '../locations.ts';
import { openSqliteQuery } from './sqliteQuery.ts';

/** A database of somebody else's, to be read only: a file of SQLite that there is already, or PostgreSQL. */
export type QueryLocation = { readonly kind: 'sqlite'; readonly file: string } | PostgresLocation;

/**
 * Opens what a source of attributes asks. Nothing is connected to before the first question.
 * @param timeout how long a connection may take, milliseconds
 * @returns one for each host, in their order
 */
export function openSqlDatabases(location: QueryLocation, timeout: number): readonly SqlDatabase[] {
  if (location.kind === 'sqlite') return [{ name: location.file, ...openSqliteQuery(location.file) }];
  return location.hosts.map((host) => ({
    name: `PostgreSQL ${host.host}:${host.port}, database ${location.database}, as ${location.user}`,
    ...onFirstUse(async () => {
      const { openPostgresQuery } = await import('./postgresQuery.ts');
      return openPostgresQuery(location, host, timeout);
    }),
  }));
}

/** Whoever asks no PostgreSQL never loads its client. */
function onFirstUse(open: () => Promise<SqlQuery>): SqlQuery {
  let opened: Promise<SqlQuery> | undefined;
  return {
    async query(...question) {
      opened ??= open();
      return (await opened).query(...question);
    },
    close: async () => (await opened)?.close(),
  };
}
