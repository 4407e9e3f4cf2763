import type { Clock } from '@gakumon/terms';
import type { LastingStores, TransientStores } from '../stores.ts';
import { createSqlAttemptLedger } from './attemptLedger.ts';
import { createSqlCases } from './cases.ts';
import { createSqlMetadataRecords } from './metadataRecords.ts';
import { createSqlPendingLogins } from './pendingLogins.ts';
import type { Records } from './records.ts';
import { createSqlSsoSessions } from './ssoSessions.ts';
import { createSqlThrottles } from './throttles.ts';

/** The ports of what lives for minutes or hours, over a SQL engine. */
export function openSqlTransient(records: Records, clock: Clock): TransientStores {
  return {
    attempts: createSqlAttemptLedger(records, clock),
    pendingLogins: createSqlPendingLogins(records, clock),
    sessions: createSqlSsoSessions(records, clock),
    throttles: createSqlThrottles(records),
  };
}

/** The ports of what stays, over a SQL engine. */
export function openSqlLasting(records: Records, caseCapacity: number): LastingStores {
  return { cases: createSqlCases(records, caseCapacity), metadata: createSqlMetadataRecords(records) };
}
