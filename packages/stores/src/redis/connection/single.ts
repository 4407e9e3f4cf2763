import type { RedisLocation } from '../../locations.ts';
import { type Line, openLine } from './line.ts';
import { dialRedis, type RedisClient } from './redisClient.ts';
import type { Route } from './route.ts';
import { describeError, RedisRefusal, unavailable } from './troubles.ts';

/** Milliseconds: how long an answer may take, and how often a server that is away is looked for. */
export type Timing = { readonly patienceMs: number; readonly probeMs: number };

/** One server that is the master. @throws GakumonError `store-unavailable` */
export async function openSingle(location: RedisLocation, timing: Timing): Promise<Route> {
  const { servers, username, password, tls } = location;
  if (servers.shape !== 'single') throw unavailable(`not yet: ${servers.shape}`);
  const endpoint = { ...servers, username, password, tls };
  const line = await openLine({
    dial: async (signal) => requireMaster(await dialRedis(endpoint, timing.patienceMs, signal)),
    ...timing,
  });
  return routeToMaster(line);
}

/** @throws GakumonError `store-unavailable`, having dropped the connection */
export function requireMaster(client: RedisClient): RedisClient {
  const { mode, role } = client.greeting;
  const trouble =
    mode === 'sentinel'
      ? unavailable(`Redis ${client.address} is a Sentinel`, 'name it as such: { sentinel: … }')
      : mode === 'cluster'
        ? unavailable(`Redis ${client.address} is a node of a Cluster`, 'name it as such: { cluster: … }')
        : role === 'replica'
          ? unavailable(`Redis ${client.address} is a replica, which takes no writes`, 'name the master')
          : undefined;
  if (trouble === undefined) return client;
  client.drop();
  throw trouble;
}

/** Everything goes to the one master; when it says that it is none any more, it is looked for anew. */
export function routeToMaster(line: Line): Route {
  return {
    async call(name, args) {
      try {
        return await line.call(name, args);
      } catch (error) {
        if (error instanceof RedisRefusal && /^(READONLY|NOAUTH) /.test(error.message)) {
          line.suspect(describeError(error));
        }
        throw error;
      }
    },
    masters: () => [{ address: () => line.address(), call: line.call }],
    close: () => line.close(),
  };
}
