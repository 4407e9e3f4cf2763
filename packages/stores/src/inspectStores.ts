import type { PostgresLocation, RedisLocation } from './locations.ts';
import type { RedisFindings } from './redis/connection/inspectRedis.ts';
import type { PostgresFindings } from './sql/postgres/inspectPostgres.ts';

/**
 * Asks a PostgreSQL about itself.
 * @throws GakumonError `store-unavailable`
 */
export async function inspectRecordsServer(location: PostgresLocation): Promise<PostgresFindings> {
  const { inspectPostgres } = await import('./sql/postgres/inspectPostgres.ts');
  return inspectPostgres(location);
}

/**
 * Asks every Redis that takes writes about itself.
 * @throws GakumonError `store-unavailable`
 */
export async function inspectSessionsServers(location: RedisLocation): Promise<RedisFindings> {
  const { inspectSessions } = await import('./redis/inspectSessions.ts');
  return inspectSessions(location);
}
