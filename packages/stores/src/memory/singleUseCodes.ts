import type { SingleUseCodes } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { ExpiringMap } from './expiringMap.ts';

/** Codes that were used, in memory; one that may be forgotten already is good for nothing any more. */
export function createMemorySingleUseCodes(marks: ExpiringMap<true>, clock: Clock): SingleUseCodes {
  return {
    async use(code, keepUntil) {
      const now = clock();
      if (keepUntil <= now || marks.get(code, now)) return false;
      marks.set(code, true, keepUntil, now);
      return true;
    },
  };
}
