import type { Clock } from '@gakumon/terms';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisConnection } from '../redis/redisConnection.ts';
import { foreignValue, formatVersion, timeToLive, toText } from '../redis/storedValue.ts';
import type { PageStates } from './pageStates.ts';

/** Page states in Redis, where every node finds them. */
export function createRedisPageStates(connection: RedisConnection, keys: RedisKeys, clock: Clock): PageStates {
  return {
    async find(id) {
      const key = keys.page(id);
      const text = toText(key, await connection.command('get', key));
      if (text === undefined) return undefined;
      const [, expiresAt, state] = /^1 (\d+) (.*)$/s.exec(text) ?? [];
      if (expiresAt === undefined) throw foreignValue(key);
      return clock() < Number(expiresAt) ? state : undefined;
    },
    async save(id, state, expiresAt) {
      const value = `${formatVersion} ${expiresAt} ${state}`;
      await connection.command('set', keys.page(id), value, 'PX', timeToLive(expiresAt, clock()));
    },
    async remove(id) {
      await connection.command('del', keys.page(id));
    },
  };
}
