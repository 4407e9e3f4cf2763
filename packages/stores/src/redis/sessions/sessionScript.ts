import { luaAppend, luaExpiry, luaForeign } from '../lua.ts';
import type { RedisScript } from '../redisConnection.ts';

/**
 * Appends a fact or a visit, as `withFact` and `withServiceProvider` do. What is not there stays away: no step brings a
 * revoked session back.
 * KEYS: the session. ARGV: now, the line, the beginning of the lines that it replaces (empty: none), how many of its
 * kind at most, the new idle end (0: as it was). Answers with the session as it is then; nothing when it is over.
 */
export const appendToSessionScript: RedisScript = {
  name: 'session-append',
  lua: `${luaExpiry}${luaForeign}${luaAppend}
local value = redis.call('GET', KEYS[1])
if not value then return false end
local idleAt, expiresAt, rest, body = string.match(value, '^1 (%d+) (%d+)( %d+ "[^\\n]*")(.*)$')
if not idleAt then return foreign(KEYS[1]) end
local now, idle, last, wanted = tonumber(ARGV[1]), tonumber(idleAt), tonumber(expiresAt), tonumber(ARGV[5])
if now >= idle or now >= last then return false end
if wanted > idle then
  idleAt = wanted < last and ARGV[5] or expiresAt
  idle = tonumber(idleAt)
end
local next = '1 ' .. idleAt .. ' ' .. expiresAt .. rest .. append(body, ARGV[2], ARGV[3], tonumber(ARGV[4]))
redis.call('SET', KEYS[1], next, 'PX', expiry(math.min(idle, last), now))
return next
`,
};
