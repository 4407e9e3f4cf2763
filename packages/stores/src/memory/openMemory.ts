import type { PendingLogin, SsoSession } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { LastingStores, TransientStores } from '../stores.ts';
import { createMemoryAttemptLedger } from './attemptLedger.ts';
import { createMemoryCases } from './cases.ts';
import { createMemoryDepartures } from './departures.ts';
import { createExpiringMap } from './expiringMap.ts';
import { createMemoryHistory } from './history.ts';
import { createMemoryPendingLogins } from './pendingLogins.ts';
import { createMemoryReleaseLog } from './releaseLog.ts';
import { createMemoryRevocations } from './revocations.ts';
import { createMemorySealedRecords } from './sealedRecords.ts';
import { createMemoryServiceProviderUses } from './serviceProviderUses.ts';
import { createMemorySingleUseCodes } from './singleUseCodes.ts';
import { createMemorySsoSessions } from './ssoSessions.ts';
import { createMemoryStoredIds } from './storedIds.ts';
import { createMemoryThrottles } from './throttles.ts';

const defaultCapacity = 100_000;

/**
 * What lives for minutes or hours, in the memory of this process alone.
 * @param capacity entries of each kind; beyond it new ones are refused with `store-unavailable`
 */
export function openMemoryTransient(
  clock: Clock,
  caseCapacity: number,
  capacity: number = defaultCapacity,
): TransientStores & { sweep(now: number): number } {
  const marks = createExpiringMap<true>(capacity);
  const codes = createExpiringMap<true>(capacity);
  const logins = createExpiringMap<PendingLogin>(capacity);
  const sessions = createExpiringMap<SsoSession>(capacity);
  const windows = createExpiringMap<{ count: number; resetsAt: number }>(capacity);
  const kinds = [marks, codes, logins, sessions, windows];
  return {
    attempts: createMemoryAttemptLedger(marks, clock),
    codes: createMemorySingleUseCodes(codes, clock),
    pendingLogins: createMemoryPendingLogins(logins, clock),
    sessions: createMemorySsoSessions(sessions, clock),
    throttles: createMemoryThrottles(windows),
    cases: createMemoryCases(caseCapacity),
    sweep: (now) => kinds.reduce((gone, kind) => gone + kind.sweep(now), 0),
  };
}

/** Records in memory, for tests. */
export function openMemoryLasting(historyCapacity: number = defaultCapacity): LastingStores & {
  sweep(now: number): number;
} {
  const revocations = createMemoryRevocations();
  const serviceProviderUses = createMemoryServiceProviderUses();
  const departures = createMemoryDepartures();
  const releaseLog = createMemoryReleaseLog(historyCapacity);
  const swept = [revocations, serviceProviderUses, departures, releaseLog];
  return {
    revocations,
    history: createMemoryHistory(historyCapacity),
    departures,
    storedIds: createMemoryStoredIds(),
    releaseLog,
    sealed: createMemorySealedRecords(),
    serviceProviderUses,
    listFormerMetadata: async () => [],
    sweep: (now) => swept.reduce((gone, part) => gone + part.sweep(now), 0),
  };
}
