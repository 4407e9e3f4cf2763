import type { RedisLocation } from '../locations.ts';
import type { RedisFindings } from './connection/inspectRedis.ts';

/**
 * Connects to Redis, asks each master about itself, and closes the connection: for `gakumon check`.
 * @throws GakumonError `store-unavailable` whose detail and hint tell what to do
 */
export async function inspectSessions(location: RedisLocation): Promise<RedisFindings> {
  // On first use: an embedded set-up never loads the client
  const { openRedisConnection } = await import('./connection/openRedisConnection.ts');
  const { inspectRedis } = await import('./connection/inspectRedis.ts');
  const { isOpenToAll } = await import('./connection/isOpenToAll.ts');
  const connection = await openRedisConnection(location);
  try {
    const { masters } = await inspectRedis(connection);
    const seen = masters.map(async (master) => ({ ...master, isOpen: await isOpenToAll(master.address, location) }));
    return { masters: await Promise.all(seen) };
  } finally {
    await connection.close();
  }
}
