import type { RedisLocation } from '../../locations.ts';
import type { RedisConnection } from '../redisConnection.ts';
import { describeConnection } from './describeConnection.ts';
import { openSingle } from './single.ts';

export type RedisConnectionOptions = {
  /** How long a command may take, milliseconds; 500 when not given. */
  readonly patienceMs?: number;
  /** Between two attempts to find a server that is away, milliseconds; 250 when not given. */
  readonly probeMs?: number;
};

/**
 * Connects to Redis and shows that it takes writes.
 * @throws GakumonError `store-unavailable` whose detail tells an operator what to do, never with the password
 */
export async function openRedisConnection(
  location: RedisLocation,
  options: RedisConnectionOptions = {},
): Promise<RedisConnection> {
  const timing = { patienceMs: options.patienceMs ?? 500, probeMs: options.probeMs ?? 250 };
  const connection = describeConnection(await openSingle(location, timing), location.prefix);
  try {
    await connection.check();
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
