import type { RedisConnection, RedisScript } from '../redisConnection.ts';
import type { Route } from './route.ts';
import { runScript } from './scripts.ts';
import { describeError, unavailable } from './troubles.ts';

/** Long enough to be looked at by hand, short enough to be gone when Gakumon is. */
const checkTtlMs = 10_000;
const writeCheck: RedisScript = { name: 'check', lua: "return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])" };

/** The connection as the ports see it, over whichever servers there are. */
export function describeConnection(route: Route, prefix: string): RedisConnection {
  let inFlight = 0;
  let closed = false;
  let becameIdle: (() => void) | undefined;

  const guard = async (work: () => Promise<unknown>): Promise<unknown> => {
    if (closed) throw unavailable('the connection to Redis was closed');
    inFlight += 1;
    try {
      return await work();
    } catch (error) {
      throw describeError(error);
    } finally {
      inFlight -= 1;
      if (inFlight === 0) becameIdle?.();
    }
  };

  const script: RedisConnection['script'] = (body, keys, args) =>
    guard(() => runScript((name, parts) => route.call(name, parts), body, keys, args));

  return {
    prefix,
    command: (name, ...args) => guard(() => route.call(name, args)),
    script,
    async check() {
      await script(writeCheck, [`${prefix}check`], [checkTtlMs]);
    },
    async close() {
      closed = true;
      if (inFlight > 0) await new Promise<void>((resolve) => (becameIdle = resolve));
      route.close();
    },
  };
}
