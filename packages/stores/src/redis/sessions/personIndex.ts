import type { SsoSession } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import type { RedisKeys } from '../keys.ts';
import { luaExpiry } from '../lua.ts';
import type { RedisConnection, RedisScript } from '../redisConnection.ts';
import { foreignValue, graceMs } from '../storedValue.ts';

/** More than a person has browsers; who signs on by a script every minute keeps the newest of them. */
export const mostSessionsOfPerson = 1_000;

/** KEYS: the index. ARGV: now, the end of the session, its entry, how many entries at most. Answers with the entries pushed out. */
const addScript: RedisScript = {
  name: 'person-add',
  lua: `${luaExpiry}
local index, now, pushed = KEYS[1], tonumber(ARGV[1]), {}
redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now - ${graceMs}))
local excess = redis.call('ZCARD', index) + 1 - tonumber(ARGV[4])
if excess > 0 then
  pushed = redis.call('ZRANGE', index, 0, excess - 1)
  redis.call('ZREMRANGEBYRANK', index, 0, excess - 1)
end
redis.call('ZADD', index, ARGV[2], ARGV[3])
local longest = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', index, expiry(tonumber(longest[2]), now))
return pushed
`,
};

/** An entry: which session, and when it began, milliseconds. */
export type IndexEntry = { readonly id: SessionId; readonly createdAt: number };

/**
 * Which sessions a person has; an entry may point to a session that is gone, or that is another person's.
 * It lies on another server of a Cluster than they do, so nothing here is atomic with them.
 */
export type PersonIndex = {
  /** @returns those that were pushed out, which nobody will find by their person any more */
  add(session: SsoSession, now: number): Promise<readonly IndexEntry[]>;
  /** Those that are not past their end. */
  list(username: Username, now: number): Promise<readonly IndexEntry[]>;
  /** Takes out entries that point to nothing. It is tidiness: what fails here harms nobody. */
  forget(username: Username, entries: readonly IndexEntry[]): Promise<void>;
};

/** Indexes in Redis: for each person a sorted set of entries by the ends of their sessions. */
export function createPersonIndex(connection: RedisConnection, keys: RedisKeys): PersonIndex {
  return {
    async add(session, now) {
      const key = keys.person(session.username);
      const args = [now, session.expiresAt, toMember(session), mostSessionsOfPerson];
      return toEntries(key, await connection.script(addScript, [key], args));
    },
    async list(username, now) {
      const key = keys.person(username);
      return toEntries(key, await connection.command('zrange', key, `(${now}`, '+inf', 'BYSCORE'));
    },
    async forget(username, entries) {
      if (entries.length === 0) return;
      await connection.command('zrem', keys.person(username), ...entries.map(toMember)).catch(() => {});
    },
  };
}

function toMember({ id, createdAt }: IndexEntry): string {
  return `${id} ${createdAt}`;
}

function toEntries(key: string, answer: unknown): IndexEntry[] {
  if (!Array.isArray(answer)) throw foreignValue(key);
  return answer.map((member) => {
    const parts = /^(\S+) (\d+)$/.exec(String(member));
    if (parts === null) throw foreignValue(key);
    return { id: parts[1] as SessionId, createdAt: Number(parts[2]) };
  });
}
