import type { AttemptLedger } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { ExpiringMap } from './expiringMap.ts';

/** The ledger in memory; an attempt that may be forgotten already is not consumable any more. */
export function createMemoryAttemptLedger(marks: ExpiringMap<true>, clock: Clock): AttemptLedger {
  return {
    async consume(attempt, keepUntil) {
      const now = clock();
      if (keepUntil <= now || marks.get(attempt, now)) return false;
      marks.set(attempt, true, keepUntil, now);
      return true;
    },
    isConsumed: async (attempt) => marks.get(attempt, clock()) === true,
  };
}
