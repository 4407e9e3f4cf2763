import type { Metrics, PageStates, Readiness, Report } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { History, Idp } from '@gakumon/idp';

/** What this door stands on; assembly makes it. */
export type ServerParts = {
  readonly config: Pick<Config, 'idp' | 'listen'>;
  readonly idp: Idp;
  /** Our own metadata, signed, as text. */
  publishMetadata(): Promise<string>;
  /** Whether the stores can be used; why not stands in the log. */
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** Where notices for the operator's log go. */
  readonly report: Report;
  readonly history: Pick<History, 'listOfPerson'>;
  readonly pageStates: PageStates;
};
