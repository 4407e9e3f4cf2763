import type { Clock } from '@gakumon/terms';
import type { MetricName, Sample } from './metricTable.ts';
import type { Exposition } from './prometheus.ts';
import { type SourceStanding, whyUnusable } from './sourceStanding.ts';
import type { Tally } from './tally.ts';

/** What monitors are told. */
export type Metrics = { readonly tally: Tally; read(): Promise<Exposition> };

/**
 * @param standings how the sources of metadata stand now
 */
export function createMetrics(standings: () => readonly SourceStanding[], tally: Tally, clock: Clock): Metrics {
  let writing: Promise<(samples: readonly Sample[]) => Promise<Exposition>> | undefined;
  const lastSuccess = new Map<string, number>();
  return {
    tally,
    async read() {
      // Imported on first use: nobody may ever ask
      writing ??= import('./prometheus.ts').then(({ createWriter }) => createWriter());
      const write = await writing;
      const now = clock();
      const samples = standings().flatMap((standing) => samplesOf(standing, now, lastSuccessOf(standing, lastSuccess)));
      return write([...countsOf(tally), ...samples]);
    },
  };
}

/** What was seen before it failed, or else when the copy in force was taken in. */
function lastSuccessOf(
  { name, problem, checkedAt, acceptedAt }: SourceStanding,
  known: Map<string, number>,
): number | undefined {
  if (problem === undefined && checkedAt !== undefined) known.set(name, checkedAt);
  return known.get(name) ?? acceptedAt;
}

function countsOf(tally: Tally): Sample[] {
  const refusals = [...tally.refusals()].map(([code, value]) => sampleOf('gakumon_refusals_total', { code }, value));
  return [sampleOf('gakumon_sign_ons_total', {}, tally.signOns()), ...refusals].flat();
}

function samplesOf(standing: SourceStanding, now: number, lastSuccess: number | undefined): Sample[] {
  const { name, acceptedAt, validUntil, problem, isHeld, entities, serviceProviders } = standing;
  const source = { source: name };
  const isUsable = whyUnusable(standing, now) === undefined;
  return [
    sampleOf('gakumon_metadata_age_seconds', source, acceptedAt && (now - acceptedAt) / 1000),
    sampleOf('gakumon_metadata_valid_seconds', source, validUntil && (validUntil - now) / 1000),
    sampleOf('gakumon_metadata_last_refresh_timestamp_seconds', source, lastSuccess && lastSuccess / 1000),
    sampleOf('gakumon_metadata_last_refresh_ok', source, problem === undefined ? 1 : 0),
    sampleOf('gakumon_metadata_usable', source, isUsable ? 1 : 0),
    sampleOf('gakumon_metadata_held', source, isHeld ? 1 : 0),
    sampleOf('gakumon_metadata_entities', source, entities),
    sampleOf('gakumon_metadata_service_providers', source, serviceProviders),
  ].flat();
}

/** Nothing for a value that nobody knows. */
function sampleOf(name: MetricName, labels: Sample['labels'], value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ name, labels, value }];
}
