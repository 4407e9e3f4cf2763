import type { AuthenticationFact, PendingLogin, PendingLogins } from '@gakumon/idp';
import type { Clock, Username } from '@gakumon/terms';
import { mostFacts } from '../changes/pendingLogin.ts';
import type { RedisKeys } from './keys.ts';
import { luaAppend, luaExpiry, luaForeign } from './lua.ts';
import type { RedisConnection, RedisScript } from './redisConnection.ts';
import { readFact, readParts, toFactLine } from './storedFact.ts';
import { foreignValue, toText } from './storedValue.ts';

/** As `pendingWithFact`. KEYS: the login. ARGV: now, its new end, the username as JSON, the fact's line, how many facts at most. */
const appendScript: RedisScript = {
  name: 'pending-append',
  lua: `${luaExpiry}${luaForeign}${luaAppend}
local now, facts = tonumber(ARGV[1]), ''
local value = redis.call('GET', KEYS[1])
if value then
  local expiresAt, username, older = string.match(value, '^1 (%d+) ("[^\\n]*")(.*)$')
  if not expiresAt then return foreign(KEYS[1]) end
  if username == ARGV[3] and now < tonumber(expiresAt) then facts = older end
end
local next = '1 ' .. ARGV[2] .. ' ' .. ARGV[3] .. append(facts, ARGV[4], '', tonumber(ARGV[5]))
redis.call('SET', KEYS[1], next, 'PX', expiry(tonumber(ARGV[2]), now))
return next
`,
};

/** Pending logins in Redis: one value each, a head line and a line for each fact. */
export function createRedisPendingLogins(connection: RedisConnection, keys: RedisKeys, clock: Clock): PendingLogins {
  return {
    async find(attempt, browser) {
      const key = keys.pendingLogin(attempt, browser);
      const text = toText(key, await connection.command('get', key));
      const login = text === undefined ? undefined : { attempt, browser, ...decode(key, text) };
      return login !== undefined && clock() < login.expiresAt ? login : undefined;
    },
    async appendFact(login, fact) {
      const { attempt, browser, username, expiresAt } = login;
      const key = keys.pendingLogin(attempt, browser);
      const args = [clock(), expiresAt, JSON.stringify(username), toFactLine(fact), mostFacts];
      const text = toText(key, await connection.script(appendScript, [key], args));
      if (text === undefined) throw foreignValue(key);
      return { attempt, browser, ...decode(key, text) };
    },
    async remove(attempt, browser) {
      await connection.command('del', keys.pendingLogin(attempt, browser));
    },
  };
}

function decode(key: string, text: string): Pick<PendingLogin, 'username' | 'facts' | 'expiresAt'> {
  const [first = '', ...lines] = text.split('\n');
  const head = /^1 (\d+) (".*")$/s.exec(first);
  if (head === null) throw foreignValue(key);
  try {
    const facts: AuthenticationFact[] = lines.map((line) => readFact(readParts(line)));
    return { username: JSON.parse(head[2] ?? '') as Username, facts, expiresAt: Number(head[1]) };
  } catch (error) {
    throw foreignValue(key, error);
  }
}
