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
  const { openRedisConnection } = await import('./redis/connection/openRedisConnection.ts');
  const { inspectRedis } = await import('./redis/connection/inspectRedis.ts');
  const connection = await openRedisConnection(location);
  try {
    return await inspectRedis(connection);
  } finally {
    await connection.close();
  }
}
