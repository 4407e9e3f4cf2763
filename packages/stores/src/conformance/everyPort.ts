import type { Stores } from '../stores.ts';
import { conformAttemptLedger } from './attemptLedger.ts';
import { conformCases } from './cases.ts';
import { conformMetadataRecords } from './metadataRecords.ts';
import { conformPendingLogins } from './pendingLogins.ts';
import { conformSsoSessions } from './ssoSessions.ts';
import type { OpenSubject } from './subject.ts';
import { conformThrottles } from './throttles.ts';

/** The ring of the subjects' stores holds this many cases. */
export const caseCapacity = 7;

/** Registers every suite for an engine that has every port. */
export function conformEveryPort(engine: string, open: OpenSubject<Stores>): void {
  const only =
    <Port>(choose: (stores: Stores) => Port): OpenSubject<Port> =>
    async () => {
      const subject = await open();
      return { ...subject, port: choose(subject.port), peer: choose(subject.peer) };
    };
  conformAttemptLedger(
    engine,
    only((stores) => stores.attempts),
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
  conformMetadataRecords(
    engine,
    only((stores) => stores.metadata),
  );
}
