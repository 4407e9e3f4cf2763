import type { AttemptLedger, Cases, PendingLogins, SsoSessions, Throttles } from '@gakumon/idp';
import type { MetadataRecords } from '@gakumon/metadata';

/** What lives for minutes or hours: may be in another engine than the records. */
export type TransientStores = {
  readonly attempts: AttemptLedger;
  readonly pendingLogins: PendingLogins;
  readonly sessions: SsoSessions;
  readonly throttles: Throttles;
};

/** What stays, and what the command line reads beside a running server. */
export type LastingStores = { readonly cases: Cases; readonly metadata: MetadataRecords };

/** Every port, and the housekeeping that the assembly calls. */
export type Stores = TransientStores &
  LastingStores & {
    /**
     * Deletes what has expired, in small batches and at most so many of them; call it every minute.
     * @param now milliseconds
     * @returns how many rows went
     */
    sweep(now: number): Promise<number>;
    /** @throws GakumonError `store-unavailable` when nothing could be written now, `records-newer` when another version took over */
    check(): Promise<void>;
    close(): Promise<void>;
  };
