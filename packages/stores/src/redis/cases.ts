import type { Case, Cases } from '@gakumon/idp';
import { type AttemptId, type CaseReference, type ErrorCode, hours } from '@gakumon/terms';
import { boundedCase, readEvents } from '../changes/boundedCase.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisConnection, RedisScript } from './redisConnection.ts';
import { foreignValue, formatVersion, isForeign, toText } from './storedValue.ts';

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

/** Entries in one step of a search: about a millisecond of the server's time. */
const searchStep = 500;

/**
 * KEYS: the order, the entries. ARGV: the score to begin after, how many, the text to look for. Answers the score of the
 * last one looked at (empty: there are no more), then the reference and the case of each one with that text.
 */
const searchScript: RedisScript = {
  name: 'case-search',
  lua: `
local page = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
local answer = { page[#page] or '' }
for at = 1, #page, 2 do
  local entry = redis.call('HGET', KEYS[2], page[at])
  if entry and string.find(entry, ARGV[3], 1, true) then
    answer[#answer + 1] = page[at]
    answer[#answer + 1] = entry
  end
end
return answer
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
    async listOfAttempt(attempt) {
      const found: Case[] = [];
      for (let after: string | undefined = '0'; after !== undefined && after !== ''; ) {
        const args: readonly (string | number)[] = [after, searchStep, JSON.stringify(attempt)];
        const answer = await connection.script(searchScript, [caseOrder, caseEntries], args);
        const [next, ...rows] = Array.isArray(answer) ? answer.map(String) : [];
        for (let at = 0; at + 1 < rows.length; at += 2) {
          const entry = decodeIfOurs(caseEntries, rows[at] as CaseReference, rows[at + 1] ?? '');
          if (entry?.attempt === attempt) found.push(entry);
        }
        after = next;
      }
      return found;
    },
  };
}

function encode(entry: Case): string {
  const { at, code, detail, serviceProvider, username, address, attempt, timeline } = boundedCase(entry);
  const events = timeline?.map((event) => [event.at, event.kind, event.text]);
  return `${formatVersion} ${JSON.stringify([at, code, detail, serviceProvider, username, address, attempt, events])}`;
}

function decode(key: string, reference: CaseReference, text: string): Case {
  const parts = toArray(key, text);
  const [at, code, ...texts] = parts.slice(0, 6);
  if (typeof at !== 'number' || typeof code !== 'string' || texts.length !== 4) throw foreignValue(key);
  // The release before this one wrote six parts, and never read a case
  const [detail, serviceProvider, username, address, attempt] = [...texts, parts[6] ?? null].map((it) => {
    if (it !== null && typeof it !== 'string') throw foreignValue(key);
    return it ?? undefined;
  });
  const timeline = toTimeline(parts[7]);
  const about = { serviceProvider, username, address, attempt: attempt as AttemptId | undefined };
  return { reference, at, code: code as ErrorCode, detail, ...about, timeline };
}

/** One that is damaged hides nothing else of its case. */
function toTimeline(value: unknown): Case['timeline'] {
  if (!Array.isArray(value)) return undefined;
  return readEvents(
    value.map((event) => (Array.isArray(event) ? { at: event[0], kind: event[1], text: event[2] } : event)),
  );
}

/** What somebody else wrote into the ring hides none of the cases. */
function decodeIfOurs(key: string, reference: CaseReference, text: string): Case | undefined {
  try {
    return decode(key, reference, text);
  } catch (error) {
    if (isForeign(error)) return undefined;
    throw error;
  }
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
