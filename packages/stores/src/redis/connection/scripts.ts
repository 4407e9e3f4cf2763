import { createHash } from 'node:crypto';
import type { RedisScript } from '../redisConnection.ts';

type Send = (name: string, args: readonly (string | number)[]) => Promise<unknown>;

const hashes = new WeakMap<RedisScript, string>();

function hashOf(script: RedisScript): string {
  let hash = hashes.get(script);
  if (hash === undefined) {
    hash = createHash('sha1').update(script.lua).digest('hex');
    hashes.set(script, hash);
  }
  return hash;
}

/** Runs a script by its hash; a server that has forgotten it (restart, fail-over, SCRIPT FLUSH) is sent its text. */
export async function runScript(
  send: Send,
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await send('EVALSHA', [hashOf(script), ...rest]);
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    return send('EVAL', [script.lua, ...rest]);
  }
}
