import type { PendingLogin, SsoSession } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { LastingStores, TransientStores } from '../stores.ts';
import { createMemoryAttemptLedger } from './attemptLedger.ts';
import { createMemoryCases } from './cases.ts';
import { createExpiringMap } from './expiringMap.ts';
import { createMemoryMetadataRecords } from './metadataRecords.ts';
import { createMemoryPendingLogins } from './pendingLogins.ts';
import { createMemorySsoSessions } from './ssoSessions.ts';
import { createMemoryThrottles } from './throttles.ts';

const defaultCapacity = 100_000;

/**
 * What lives for minutes or hours, in the memory of this process alone.
 * @param capacity entries of each kind; beyond it new ones are refused with `store-unavailable`
 */
export function openMemoryTransient(
  clock: Clock,
  capacity: number = defaultCapacity,
): TransientStores & { sweep(now: number): number } {
  const marks = createExpiringMap<true>(capacity);
  const logins = createExpiringMap<PendingLogin>(capacity);
  const sessions = createExpiringMap<SsoSession>(capacity);
  const windows = createExpiringMap<{ count: number; resetsAt: number }>(capacity);
  return {
    attempts: createMemoryAttemptLedger(marks, clock),
    pendingLogins: createMemoryPendingLogins(logins, clock),
    sessions: createMemorySsoSessions(sessions, clock),
    throttles: createMemoryThrottles(windows),
    sweep: (now) => marks.sweep(now) + logins.sweep(now) + sessions.sweep(now) + windows.sweep(now),
  };
}

/** Records in memory, for tests. */
export function openMemoryLasting(caseCapacity: number): LastingStores {
  return { cases: createMemoryCases(caseCapacity), metadata: createMemoryMetadataRecords() };
}
