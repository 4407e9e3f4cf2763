import type { AuthenticationFact, PendingLogin, PendingLogins } from '@gakumon/idp';
import type { Clock, Username } from '@gakumon/terms';
import { mostFacts } from '../changes/pendingLogin.ts';
import { isSoundPendingLogin } from '../changes/sound.ts';
import { type TellUnreadable, tellNobody } from '../unreadable.ts';
import { createDiscard, unlessForeign } from './discard.ts';
import type { RedisKeys } from './keys.ts';
import { luaAppend, luaExpiry } from './lua.ts';
import type { RedisConnection, RedisScript } from './redisConnection.ts';
import { readFact, readParts, toFactLine } from './storedFact.ts';
import { foreignValue } from './storedValue.ts';

/** As `pendingWithFact`. KEYS: the login. ARGV: now, its new end, the username as JSON, the fact's line, how many facts at most. */
const appendScript: RedisScript = {
  name: 'pending-append',
  lua: `${luaExpiry}${luaAppend}
local now, facts = tonumber(ARGV[1]), ''
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'string' then
  local expiresAt, username, older = string.match(value, '^1 (%d+) ("[^\\n]*")(.*)$')
  if expiresAt and username == ARGV[3] and now < tonumber(expiresAt) then facts = older end
end
local next = '1 ' .. ARGV[2] .. ' ' .. ARGV[3] .. append(facts, ARGV[4], '', tonumber(ARGV[5]))
redis.call('SET', KEYS[1], next, 'PX', expiry(tonumber(ARGV[2]), now))
return next
`,
};

/** As `prolonged`. KEYS: the login. ARGV: now, the new end. */
const prolongScript: RedisScript = {
  name: 'pending-prolong',
  lua: `${luaExpiry}
local now = tonumber(ARGV[1])
local value = redis.pcall('GET', KEYS[1])
if type(value) ~= 'string' then return 0 end
local expiresAt, rest = string.match(value, '^1 (%d+) (".*)$')
if not expiresAt or tonumber(expiresAt) <= now then return 0 end
if tonumber(ARGV[2]) > tonumber(expiresAt) then
  redis.call('SET', KEYS[1], '1 ' .. ARGV[2] .. ' ' .. rest, 'PX', expiry(tonumber(ARGV[2]), now))
end
return 1
`,
};

/** Pending logins in Redis: one value each, a head line and a line for each fact. One that cannot be read is as good as none. */
export function createRedisPendingLogins(
  connection: RedisConnection,
  keys: RedisKeys,
  clock: Clock,
  tell: TellUnreadable = tellNobody,
): PendingLogins {
  const discard = createDiscard(connection, tell);
  return {
    async find(attempt, browser) {
      const key = keys.pendingLogin(attempt, browser);
      const now = clock();
      const found = await unlessForeign(connection.command('get', key));
      if (found?.answer === null) return undefined;
      const login = decode(found?.answer, now);
      if (login === undefined) await discard('pending login', key, key);
      return login !== undefined && now < login.expiresAt ? { attempt, browser, ...login } : undefined;
    },
    async appendFact(login, fact) {
      const { attempt, browser, username, expiresAt } = login;
      const key = keys.pendingLogin(attempt, browser);
      const now = clock();
      const args = [now, expiresAt, JSON.stringify(username), toFactLine(fact), mostFacts];
      const append = async () => decode(await connection.script(appendScript, [key], args), now);
      let written = await append();
      if (written === undefined) {
        // Facts before this one are damaged
        await discard('pending login', key, key);
        written = await append();
      }
      if (written === undefined) throw foreignValue(key);
      return { attempt, browser, ...written };
    },
    async prolong(attempt, browser, expiresAt) {
      const key = keys.pendingLogin(attempt, browser);
      return (await connection.script(prolongScript, [key], [clock(), expiresAt])) === 1;
    },
    async remove(attempt, browser) {
      await connection.command('del', keys.pendingLogin(attempt, browser));
    },
  };
}

/** @returns undefined when it has no form of ours, or cannot be true */
function decode(text: unknown, now: number): Pick<PendingLogin, 'username' | 'facts' | 'expiresAt'> | undefined {
  const [first = '', ...lines] = typeof text === 'string' ? text.split('\n') : [];
  const head = /^1 (\d+) (".*")$/s.exec(first);
  if (head === null) return undefined;
  try {
    const facts: AuthenticationFact[] = lines.map((line) => readFact(readParts(line)));
    const login = { username: JSON.parse(head[2] ?? '') as Username, facts, expiresAt: Number(head[1]) };
    return isSoundPendingLogin(login, now) ? login : undefined;
  } catch {
    return undefined;
  }
}
