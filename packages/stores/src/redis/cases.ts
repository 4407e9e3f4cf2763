import type { Case, Cases } from '@gakumon/idp';
import { type CaseReference, type ErrorCode, hours } from '@gakumon/terms';
import { boundedCase } from '../changes/boundedCase.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisConnection, RedisScript } from './redisConnection.ts';
import { foreignValue, formatVersion, toText } from './storedValue.ts';

/** How long staff may take until they ask, counted from the last case. */
const kept = hours(30 * 24);

/**
 * KEYS: the order, the entries. ARGV: the capacity, the reference, the case, the time to live. Halves of different
 * length (Redis threw one of them away for want of memory) are begun anew, else one of them would grow without end.
 */
const recordScript: RedisScript = {
  name: 'case-record',
  lua: `
local order, entries = KEYS[1], KEYS[2]
if redis.call('ZCARD', order) ~= redis.call('HLEN', entries) then redis.call('DEL', order, entries) end
local newest = redis.call('ZRANGE', order, -1, -1, 'WITHSCORES')
redis.call('ZADD', order, (tonumber(newest[2]) or 0) + 1, ARGV[2])
redis.call('HSET', entries, ARGV[2], ARGV[3])
local excess = redis.call('ZCARD', order) - tonumber(ARGV[1])
while excess > 0 do
  local oldest = redis.call('ZRANGE', order, 0, math.min(excess, 1000) - 1)
  redis.call('ZREMRANGEBYRANK', order, 0, #oldest - 1)
  redis.call('HDEL', entries, unpack(oldest))
  excess = excess - #oldest
end
redis.call('PEXPIRE', order, ARGV[4])
redis.call('PEXPIRE', entries, ARGV[4])
return false
`,
};

/** The ring of cases in Redis. */
export function createRedisCases(connection: RedisConnection, keys: RedisKeys, capacity: number): Cases {
  const { caseOrder, caseEntries } = keys;
  return {
    async record(entry) {
      await connection.script(recordScript, [caseOrder, caseEntries], [capacity, entry.reference, encode(entry), kept]);
    },
    async find(reference) {
      const text = toText(caseEntries, await connection.command('hget', caseEntries, reference));
      return text === undefined ? undefined : decode(caseEntries, reference, text);
    },
  };
}

function encode(entry: Case): string {
  const { at, code, detail, serviceProvider, username, address } = boundedCase(entry);
  return `${formatVersion} ${JSON.stringify([at, code, detail, serviceProvider, username, address])}`;
}

function decode(key: string, reference: CaseReference, text: string): Case {
  const [at, code, ...texts] = toArray(key, text);
  if (typeof at !== 'number' || typeof code !== 'string' || texts.length !== 4) throw foreignValue(key);
  const [detail, serviceProvider, username, address] = texts.map((it) => {
    if (it !== null && typeof it !== 'string') throw foreignValue(key);
    return it ?? undefined;
  });
  return { reference, at, code: code as ErrorCode, detail, serviceProvider, username, address };
}

function toArray(key: string, text: string): readonly unknown[] {
  if (!text.startsWith('1 ')) throw foreignValue(key);
  try {
    const parts: unknown = JSON.parse(text.slice(2));
    if (Array.isArray(parts)) return parts;
  } catch (error) {
    throw foreignValue(key, error);
  }
  throw foreignValue(key);
}
