import type { PendingLogin, PendingLogins } from '@gakumon/idp';
import type { AttemptId, BrowserId, Clock } from '@gakumon/terms';
import { pendingWithFact, prolonged } from '../changes/pendingLogin.ts';
import type { ExpiringMap } from './expiringMap.ts';

/** Pending logins in memory. */
export function createMemoryPendingLogins(logins: ExpiringMap<PendingLogin>, clock: Clock): PendingLogins {
  return {
    find: async (attempt, browser) => logins.get(keyOf(attempt, browser), clock()),
    async appendFact(login, fact) {
      const now = clock();
      const key = keyOf(login.attempt, login.browser);
      const next = pendingWithFact(logins.get(key, now), login, fact, now);
      logins.set(key, next, next.expiresAt, now);
      return next;
    },
    async prolong(attempt, browser, expiresAt) {
      const now = clock();
      const key = keyOf(attempt, browser);
      const next = prolonged(logins.get(key, now), expiresAt, now);
      if (next !== undefined) logins.set(key, next, next.expiresAt, now);
      return next !== undefined;
    },
    remove: async (attempt, browser) => logins.delete(keyOf(attempt, browser)),
  };
}

/** One key of two parts that no choice of parts can make equal to another pair's. */
function keyOf(attempt: AttemptId, browser: BrowserId): string {
  return JSON.stringify([attempt, browser]);
}
