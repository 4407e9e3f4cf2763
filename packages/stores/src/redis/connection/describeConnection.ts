import type { RedisConnection, RedisScript } from '../redisConnection.ts';
import type { Route } from './route.ts';
import { runScript } from './scripts.ts';
import { describeError, unavailable } from './troubles.ts';

/** Long enough to be looked at by hand, short enough to be gone when Gakumon is. */
const checkTtlMs = 10_000;
const writeCheck: RedisScript = { name: 'check', lua: "return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])" };

/** The connection as the ports see it, over whichever servers there are. */
export function describeConnection(route: Route, prefix: string, patienceMs: number): RedisConnection {
  let inFlight = 0;
  let closing: Promise<void> | undefined;
  let becomeIdle = (): void => {};
  const idle = async (): Promise<void> => {
    if (inFlight > 0) await new Promise<void>((resolve) => (becomeIdle = resolve));
  };

  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw unavailable('the connection to Redis was closed');
    inFlight += 1;
    try {
      return await work();
    } catch (error) {
      throw describeError(error);
    } finally {
      inFlight -= 1;
      if (inFlight === 0) becomeIdle();
    }
  };

  return {
    prefix,
    command: (name, ...args) => guard(() => route.call(name, args)),
    script: (script, keys, args) => guard(() => runScript(route, patienceMs, script, keys, args)),
    // Each master may be full, cut off or closed by itself
    check: () =>
      guard(async () => {
        const checks = route.masters().map((master) => {
          return runScript(route, patienceMs, writeCheck, [master.keyOf(`${prefix}check`)], [checkTtlMs]);
        });
        await Promise.all(checks);
      }),
    masters: () =>
      route.masters().map((master) => ({
        address: master.address(),
        command: (name, ...args) => guard(() => master.call(name, args)),
      })),
    close() {
      closing ??= idle().then(route.close);
      return closing;
    },
  };
}
