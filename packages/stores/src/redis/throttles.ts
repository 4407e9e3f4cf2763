import type { Throttles } from '@gakumon/idp';
import { isEnd } from '../changes/sound.ts';
import type { RedisKeys } from './keys.ts';
import { luaExpiry, luaForeign } from './lua.ts';
import type { RedisConnection, RedisScript } from './redisConnection.ts';
import { foreignValue, toText } from './storedValue.ts';

/** KEYS: the bucket. ARGV: the length of a window, now; both milliseconds. */
const hitScript: RedisScript = {
  name: 'throttle-hit',
  lua: `${luaExpiry}${luaForeign}
local now = tonumber(ARGV[2])
local count, resetsAt = 0, now + tonumber(ARGV[1])
local value = redis.call('GET', KEYS[1])
if value then
  local oldCount, oldEnd = string.match(value, '^1 (%d+) (%d+)$')
  if not oldCount then return foreign(KEYS[1]) end
  if tonumber(oldEnd) > now then count, resetsAt = tonumber(oldCount), tonumber(oldEnd) end
end
local next = string.format('1 %.0f %.0f', count + 1, resetsAt)
redis.call('SET', KEYS[1], next, 'PX', expiry(resetsAt, now))
return next
`,
};

/** KEYS: the bucket. ARGV: the end of the window that the hit was in. */
const releaseScript: RedisScript = {
  name: 'throttle-release',
  lua: `${luaForeign}
local value = redis.call('GET', KEYS[1])
if not value then return false end
local count, resetsAt = string.match(value, '^1 (%d+) (%d+)$')
if not count then return foreign(KEYS[1]) end
if resetsAt == ARGV[1] and tonumber(count) > 0 then
  redis.call('SET', KEYS[1], string.format('1 %.0f %s', tonumber(count) - 1, resetsAt), 'KEEPTTL')
end
return false
`,
};

/**
 * Throttles in Redis: fixed windows.
 * Not rate-limiter-flexible: it takes the time from Redis, and gives back below zero and into whatever window is open.
 */
export function createRedisThrottles(connection: RedisConnection, keys: RedisKeys): Throttles {
  return {
    async hit(bucket, windowMs, now) {
      const key = keys.throttle(bucket);
      const answer = await connection.script(hitScript, [key], [windowMs, now]);
      return toWindow(key, answer, now) ?? { count: 0, resetsAt: now };
    },
    async peek(bucket, now) {
      const key = keys.throttle(bucket);
      const window = toWindow(key, await connection.command('get', key), now);
      return window !== undefined && window.resetsAt > now ? window : { count: 0, resetsAt: now };
    },
    async release(bucket, resetsAt) {
      await connection.script(releaseScript, [keys.throttle(bucket)], [resetsAt]);
    },
    async clear(bucket) {
      await connection.command('del', keys.throttle(bucket));
    },
  };
}

function toWindow(key: string, answer: unknown, now: number): { count: number; resetsAt: number } | undefined {
  const text = toText(key, answer);
  if (text === undefined) return undefined;
  const parts = /^1 (\d+) (\d+)$/.exec(text);
  const [count, resetsAt] = [Number(parts?.[1]), Number(parts?.[2])];
  if (!Number.isSafeInteger(count) || !isEnd(resetsAt, now)) throw foreignValue(key);
  return { count, resetsAt };
}
