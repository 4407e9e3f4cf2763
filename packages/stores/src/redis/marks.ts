import type { AttemptLedger, SingleUseCodes } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import { isEnd } from '../changes/sound.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisConnection } from './redisConnection.ts';
import { foreignValue, formatVersion, timeToLive, toText } from './storedValue.ts';

/** Which attempts have been answered, in Redis. */
export function createRedisAttemptLedger(connection: RedisConnection, keys: RedisKeys, clock: Clock): AttemptLedger {
  return {
    consume: (attempt, keepUntil) => mark(connection, keys.attempt(attempt), keepUntil, clock()),
    async isConsumed(attempt) {
      const keepUntil = await findMark(connection, keys.attempt(attempt), clock());
      return keepUntil !== undefined && clock() < keepUntil;
    },
  };
}

/** Codes in Redis. */
export function createRedisSingleUseCodes(connection: RedisConnection, keys: RedisKeys, clock: Clock): SingleUseCodes {
  return { use: (code, keepUntil) => mark(connection, keys.code(code), keepUntil, clock()) };
}

/** @returns whether the mark was made now, by this caller */
async function mark(connection: RedisConnection, key: string, keepUntil: number, now: number): Promise<boolean> {
  if (keepUntil <= now) return false;
  const value = `${formatVersion} ${keepUntil}`;
  const answer = await connection.command('set', key, value, 'NX', 'PX', timeToLive(keepUntil, now));
  if (answer === 'OK') return true;
  // What stands there must be a mark: "used already" would blame the person for it
  await findMark(connection, key, now);
  return false;
}

/** @returns until when it is kept */
async function findMark(connection: RedisConnection, key: string, now: number): Promise<number | undefined> {
  const text = toText(key, await connection.command('get', key));
  if (text === undefined) return undefined;
  const keepUntil = Number(/^1 (\d+)$/.exec(text)?.[1]);
  if (!isEnd(keepUntil, now)) throw foreignValue(key);
  return keepUntil;
}
