import { createHash } from 'node:crypto';
import type { RedisScript } from '../redisConnection.ts';
import type { Route } from './route.ts';
import { RedisRefusal } from './troubles.ts';
import { within } from './within.ts';

const hashes = new WeakMap<RedisScript, string>();

function hashOf(script: RedisScript): string {
  let hash = hashes.get(script);
  if (hash === undefined) {
    hash = createHash('sha1').update(script.lua).digest('hex');
    hashes.set(script, hash);
  }
  return hash;
}

/**
 * Runs a script by its hash; a server that does not know it (restart, fail-over, SCRIPT FLUSH) is sent its text.
 * @throws GakumonError `store-unavailable`, or RedisRefusal as Redis answered it
 */
export async function runScript(
  { call }: Pick<Route, 'call'>,
  patienceMs: number,
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const since = performance.now();
  try {
    return await call('EVALSHA', [hashOf(script), keys.length, ...keys, ...args]);
  } catch (error) {
    if (!(error instanceof RedisRefusal) || error.code !== 'NOSCRIPT') throw error;
    return within(since + patienceMs, call('EVAL', [script.lua, keys.length, ...keys, ...args]));
  }
}
