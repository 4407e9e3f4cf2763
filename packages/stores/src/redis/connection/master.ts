import type { Line } from './line.ts';
import type { RedisClient } from './redisClient.ts';
import type { Route } from './route.ts';
import { unavailable } from './troubles.ts';

/** @throws GakumonError `store-unavailable`, having dropped the connection, when the server is not a master by itself */
export function requireMaster(client: RedisClient): RedisClient {
  const trouble = objectionTo(client);
  if (trouble === undefined) return client;
  client.drop();
  throw trouble;
}

function objectionTo({ address, greeting }: RedisClient): unknown {
  const { mode, role } = greeting;
  if (mode === 'sentinel') return unavailable(`Redis ${address} is a Sentinel`, 'name it as one: { sentinel: … }');
  if (mode === 'cluster')
    return unavailable(`Redis ${address} is a node of a Cluster`, 'name it as one: { cluster: … }');
  if (role === 'replica') {
    return unavailable(
      `Redis ${address} is a replica, which takes no writes`,
      'name the master, or let Sentinels name it',
    );
  }
  return undefined;
}

/** Everything goes to the one master. */
export const routeToMaster = (line: Line, close: () => void): Route => ({
  call: line.call,
  masters: () => [{ address: line.address, call: line.call, keyOf: (stem) => stem }],
  close,
});
