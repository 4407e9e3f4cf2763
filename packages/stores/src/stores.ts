import type {
  AttemptLedger,
  Cases,
  Departures,
  History,
  PendingLogins,
  ReleaseLog,
  Revocations,
  SingleUseCodes,
  SsoSessions,
  StoredIds,
  Throttles,
} from '@gakumon/idp';
import type { ServiceProviderUses } from '@gakumon/metadata';
import type { PageStates } from './pageState/pageStates.ts';
import type { SealedRecords } from './sealedRecords.ts';

/** What lives for minutes or hours: may be in another engine than the records. */
export type TransientStores = {
  readonly attempts: AttemptLedger;
  readonly codes: SingleUseCodes;
  readonly pendingLogins: PendingLogins;
  readonly sessions: SsoSessions;
  readonly throttles: Throttles;
  readonly cases: Cases;
};

/** What stays, and what the command line reads beside a running server. */
export type LastingStores = {
  readonly revocations: Revocations;
  readonly history: History;
  readonly departures: Departures;
  readonly storedIds: StoredIds;
  readonly releaseLog: ReleaseLog;
  readonly sealed: SealedRecords;
  readonly serviceProviderUses: ServiceProviderUses;
  /** The names of metadata that an earlier version loaded, unsealed: nobody believes it any more. A few of them. */
  listFormerMetadata(): Promise<readonly string[]>;
};

/** Every port, and the housekeeping that the assembly calls. */
export type Stores = TransientStores &
  LastingStores & {
    /** In Redis with the sessions; otherwise in the memory of this process, since nothing hangs on them. */
    readonly pageStates: PageStates;
    /**
     * Deletes what has expired, in small batches and at most so many of them; call it every minute.
     * @param now milliseconds
     * @returns how many rows went
     */
    sweep(now: number): Promise<number>;
    /** @throws GakumonError `store-unavailable` when nothing could be written now, `records-newer` when another version took over */
    checkRecords(): Promise<void>;
    /** The same of what lives for minutes or hours; where that is in the records, it is the same check. */
    checkSessions(): Promise<void>;
    close(): Promise<void>;
  };
