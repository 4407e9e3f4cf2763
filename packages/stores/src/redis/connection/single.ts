import type { RedisLocation } from '../../locations.ts';
import { openLine, type Timing } from './line.ts';
import { requireMaster, routeToMaster } from './master.ts';
import { dialRedis } from './redisClient.ts';
import type { Route } from './route.ts';

export type SingleServer = Extract<RedisLocation['servers'], { shape: 'single' }>;

/** One server that is a master. @throws GakumonError `store-unavailable` */
export async function openSingle(servers: SingleServer, location: RedisLocation, timing: Timing): Promise<Route> {
  const { username, password, tls } = location;
  const endpoint = { ...servers, username, password, tls };
  const line = await openLine({
    dial: async (signal) => requireMaster(await dialRedis(endpoint, timing.patienceMs, signal)),
    timing,
  });
  return routeToMaster(line, line.close);
}
