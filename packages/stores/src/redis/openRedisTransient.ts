import type { Clock } from '@gakumon/terms';
import { createRedisPageStates } from '../pageState/redisPageStates.ts';
import type { Stores, TransientStores } from '../stores.ts';
import { type TellUnreadable, tellNobody } from '../unreadable.ts';
import { createRedisCases } from './cases.ts';
import { createRedisKeys } from './keys.ts';
import { createRedisAttemptLedger, createRedisSingleUseCodes } from './marks.ts';
import { createRedisPendingLogins } from './pendingLogins.ts';
import type { RedisConnection } from './redisConnection.ts';
import { createRedisSsoSessions } from './sessions/ssoSessions.ts';
import { createRedisThrottles } from './throttles.ts';

/** What Redis holds when the sessions are there. */
export type RedisStores = TransientStores & Pick<Stores, 'pageStates'>;

/**
 * What lives for minutes or hours, in Redis 6.2 or newer, or Valkey. Every key ends by itself; there is nothing to sweep.
 * @param caseCapacity how many cases the ring holds
 * @param tell of values that cannot be read
 */
export function openRedisTransient(
  connection: RedisConnection,
  clock: Clock,
  caseCapacity: number,
  tell: TellUnreadable = tellNobody,
): RedisStores {
  const keys = createRedisKeys(connection.prefix);
  return {
    attempts: createRedisAttemptLedger(connection, keys, clock),
    codes: createRedisSingleUseCodes(connection, keys, clock),
    pendingLogins: createRedisPendingLogins(connection, keys, clock, tell),
    sessions: createRedisSsoSessions(connection, keys, clock, tell),
    throttles: createRedisThrottles(connection, keys),
    cases: createRedisCases(connection, keys, caseCapacity),
    pageStates: createRedisPageStates(connection, keys, clock),
  };
}
