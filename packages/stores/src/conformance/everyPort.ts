import type { LastingStores, Stores, TransientStores } from '../stores.ts';
import { conformAttemptLedger } from './attemptLedger.ts';
import { conformCases } from './cases.ts';
import { conformDepartures } from './departures.ts';
import { conformHistory } from './history.ts';
import { conformPendingLogins } from './pendingLogins.ts';
import { conformReleaseLog } from './releaseLog.ts';
import { conformRevocations } from './revocations.ts';
import { conformSealedRecords } from './sealedRecords.ts';
import { conformServiceProviderUses } from './serviceProviderUses.ts';
import { conformSingleUseCodes } from './singleUseCodes.ts';
import { conformSsoSessions } from './ssoSessions.ts';
import { conformStoredIds } from './storedIds.ts';
import { type OpenSubject, partOf } from './subject.ts';
import { conformThrottles } from './throttles.ts';

/** The ring of the subjects' stores holds this many cases. */
export const caseCapacity = 7;

/** Registers every suite, for an engine that has every port. */
export function conformEveryPort(engine: string, open: OpenSubject<Stores>): void {
  conformTransientPorts(engine, open);
  conformLastingPorts(engine, open);
}

/** Registers the suites of what lives for minutes or hours. */
export function conformTransientPorts(engine: string, open: OpenSubject<TransientStores>): void {
  const only = <Port>(choose: (stores: TransientStores) => Port): OpenSubject<Port> => partOf(open, choose);
  conformAttemptLedger(
    engine,
    only((stores) => stores.attempts),
  );
  conformSingleUseCodes(
    engine,
    only((stores) => stores.codes),
  );
  conformPendingLogins(
    engine,
    only((stores) => stores.pendingLogins),
  );
  conformSsoSessions(
    engine,
    only((stores) => stores.sessions),
  );
  conformThrottles(
    engine,
    only((stores) => stores.throttles),
  );
  conformCases(
    engine,
    caseCapacity,
    only((stores) => stores.cases),
  );
}

/** Registers the suites of what stays. */
export function conformLastingPorts(engine: string, open: OpenSubject<LastingStores>): void {
  const only = <Port>(choose: (stores: LastingStores) => Port): OpenSubject<Port> => partOf(open, choose);
  conformRevocations(
    engine,
    only((stores) => stores.revocations),
  );
  conformHistory(
    engine,
    only((stores) => stores.history),
  );
  conformSealedRecords(
    engine,
    only((stores) => stores.sealed),
  );
  conformServiceProviderUses(
    engine,
    only((stores) => stores.serviceProviderUses),
  );
  conformDepartures(
    engine,
    only((stores) => stores.departures),
  );
  conformStoredIds(
    engine,
    only((stores) => stores.storedIds),
  );
  conformReleaseLog(
    engine,
    only((stores) => stores.releaseLog),
  );
}
