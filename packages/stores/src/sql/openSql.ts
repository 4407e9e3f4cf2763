import type { Clock } from '@gakumon/terms';
import type { LastingStores, TransientStores } from '../stores.ts';
import { type TellUnreadable, tellNobody } from '../unreadable.ts';
import { createSqlAttemptLedger } from './attemptLedger.ts';
import { createSqlCases } from './cases.ts';
import { createSqlDepartures } from './departures.ts';
import { listFormerMetadata } from './formerMetadata.ts';
import { createSqlHistory } from './history.ts';
import { createSqlPendingLogins } from './pendingLogins.ts';
import type { Records } from './records.ts';
import { createSqlReleaseLog } from './releaseLog.ts';
import { createSqlRevocations } from './revocations.ts';
import { createSqlSealedRecords } from './sealedRecords.ts';
import { createSqlServiceProviderUses } from './serviceProviderUses.ts';
import { createSqlSingleUseCodes } from './singleUseCodes.ts';
import { createSqlSsoSessions } from './ssoSessions.ts';
import { createSqlStoredIds } from './storedIds.ts';
import { createSqlThrottles } from './throttles.ts';

/** The ports of what lives for minutes or hours, over a SQL engine. */
export function openSqlTransient(
  records: Records,
  clock: Clock,
  caseCapacity: number,
  tell: TellUnreadable = tellNobody,
): TransientStores {
  const attempts = createSqlAttemptLedger(records, clock);
  return {
    attempts,
    codes: createSqlSingleUseCodes(attempts),
    pendingLogins: createSqlPendingLogins(records, clock, tell),
    sessions: createSqlSsoSessions(records, clock, tell),
    throttles: createSqlThrottles(records, clock),
    cases: createSqlCases(records, caseCapacity),
  };
}

/** The ports of what stays, over a SQL engine. */
export function openSqlLasting(records: Records): LastingStores {
  return {
    revocations: createSqlRevocations(records),
    history: createSqlHistory(records),
    departures: createSqlDepartures(records),
    storedIds: createSqlStoredIds(records),
    releaseLog: createSqlReleaseLog(records),
    sealed: createSqlSealedRecords(records),
    serviceProviderUses: createSqlServiceProviderUses(records),
    listFormerMetadata: () => listFormerMetadata(records),
  };
}
