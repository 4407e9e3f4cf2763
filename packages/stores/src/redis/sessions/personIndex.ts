import type { SsoSession } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import { furthestEnd } from '../../changes/sound.ts';
import type { TellUnreadable } from '../../unreadable.ts';
import { unlessForeign } from '../discard.ts';
import type { RedisKeys } from '../keys.ts';
import { luaExpiry } from '../lua.ts';
import type { RedisConnection, RedisScript } from '../redisConnection.ts';
import { graceMs } from '../storedValue.ts';

/** More than a person has browsers; who signs on by a script every minute keeps the newest of them. */
export const mostSessionsOfPerson = 1_000;

/** Of a key that is no sorted set nothing can be kept. */
const clearLua = `
local cleared, size = 0, redis.pcall('ZCARD', index)
if type(size) == 'table' then
  if not string.find(size.err, 'WRONGTYPE', 1, true) then return size end
  cleared = redis.call('DEL', index)
end
`;

/** KEYS: the index. ARGV: now, the end of the session, its entry, how many entries at most. Answers with how many keys were cleared away, and the entries pushed out. */
const addScript: RedisScript = {
  name: 'person-add',
  lua: `${luaExpiry}
local index, now, pushed = KEYS[1], tonumber(ARGV[1]), {}
${clearLua}
redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now - ${graceMs}))
redis.call('ZREMRANGEBYSCORE', index, string.format('(%.0f', now + ${furthestEnd}), '+inf')
local excess = redis.call('ZCARD', index) + 1 - tonumber(ARGV[4])
if excess > 0 then
  pushed = redis.call('ZRANGE', index, 0, excess - 1)
  redis.call('ZREMRANGEBYRANK', index, 0, excess - 1)
end
redis.call('ZADD', index, ARGV[2], ARGV[3])
local longest = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', index, expiry(tonumber(longest[2]), now))
return { cleared, unpack(pushed) }
`,
};

/** KEYS: the index. Answers with how many keys went. */
const clearScript: RedisScript = { name: 'person-clear', lua: `local index = KEYS[1]\n${clearLua}\nreturn cleared\n` };

/** An entry: which session, and when it began, milliseconds. */
export type IndexEntry = { readonly id: SessionId; readonly createdAt: number };

/**
 * Which sessions a person has; an entry may point to a session that is gone, or that is another person's.
 * It lies on another server of a Cluster than they do, so nothing here is atomic with them.
 */
export type PersonIndex = {
  /** @returns those that were pushed out, which nobody will find by their person any more */
  add(session: SsoSession, now: number): Promise<readonly IndexEntry[]>;
  /** Those that are not past their end. What is damaged is thrown away: the sessions that were in it end by orders about all of the person's. */
  list(username: Username, now: number): Promise<readonly IndexEntry[]>;
  /** Takes out entries that point to nothing. It is tidiness: what fails here harms nobody. */
  forget(username: Username, entries: readonly IndexEntry[]): Promise<void>;
};

/** Indexes in Redis: for each person a sorted set of entries by the ends of their sessions. */
export function createPersonIndex(connection: RedisConnection, keys: RedisKeys, tell: TellUnreadable): PersonIndex {
  const kind = 'sessions of a person';
  return {
    async add(session, now) {
      const key = keys.person(session.username);
      const args = [now, session.expiresAt, toMember(session), mostSessionsOfPerson];
      const [cleared, ...pushed] = (await connection.script(addScript, [key], args)) as unknown[];
      if (cleared !== 0) tell(kind, key);
      return pushed.flatMap((member) => toEntry(member) ?? []);
    },
    async list(username, now) {
      const key = keys.person(username);
      const bounds = [`(${now}`, now + furthestEnd, 'BYSCORE'] as const;
      const found = await unlessForeign(connection.command('zrange', key, ...bounds));
      if (found === undefined) {
        if ((await connection.script(clearScript, [key], [])) !== 0) tell(kind, key);
        return [];
      }
      const members = found.answer as readonly string[];
      const foreign = members.filter((member) => toEntry(member) === undefined);
      if (foreign.length > 0 && (await connection.command('zrem', key, ...foreign)) !== 0) tell(kind, key);
      return members.flatMap((member) => toEntry(member) ?? []);
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

/** @returns undefined for what is no entry of ours */
function toEntry(member: unknown): IndexEntry | undefined {
  const [, id, createdAt] = /^(\S+) (\d{1,15})$/.exec(String(member)) ?? [];
  return id === undefined ? undefined : { id: id as SessionId, createdAt: Number(createdAt) };
}
