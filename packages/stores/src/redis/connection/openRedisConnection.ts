import type { RedisLocation } from '../../locations.ts';
import type { RedisConnection } from '../redisConnection.ts';
import { openCluster } from './cluster.ts';
import { describeConnection } from './describeConnection.ts';
import type { Timing } from './line.ts';
import type { Route } from './route.ts';
import { openSentinels } from './sentinels.ts';
import { openSingle } from './single.ts';

/**
 * Connects to Redis and shows that it takes writes.
 * @param timing 500 ms for an answer and 250 ms between two probes when not given
 * @throws GakumonError `store-unavailable` whose detail tells an operator what to do, never with the password
 */
export async function openRedisConnection(
  location: RedisLocation,
  { patienceMs = 500, probeMs = 250 }: Partial<Timing> = {},
): Promise<RedisConnection> {
  const route = await openRoute(location, { patienceMs, probeMs });
  const connection = describeConnection(route, location.prefix, patienceMs);
  try {
    await connection.check();
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function openRoute(location: RedisLocation, timing: Timing): Promise<Route> {
  const { servers } = location;
  switch (servers.shape) {
    case 'single':
      return openSingle(servers, location, timing);
    case 'sentinel':
      return openSentinels(servers, location, timing);
    case 'cluster':
      return openCluster(servers, location, timing);
  }
}
