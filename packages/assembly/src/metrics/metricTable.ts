type MetricRow = {
  readonly type: 'gauge' | 'counter';
  readonly labels: readonly string[];
  /** One line, for Prometheus and for docs/metrics.md. */
  readonly help: string;
};

const ofSource = (help: string) => ({ type: 'gauge', labels: ['source'], help }) as const satisfies MetricRow;

/** What Gakumon itself tells monitors. The names are a contract: `docs/metrics.md` is made from this table. */
export const metricTable = {
  gakumon_sign_ons_total: {
    type: 'counter',
    labels: [],
    help: 'Sign-ons answered with an assertion, since the start of this process',
  },
  gakumon_refusals_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Refusals, by the code that the log and the case name, since the start of this process',
  },
  gakumon_metadata_age_seconds: ofSource('Since the copy in force was taken in; absent while there is none'),
  gakumon_metadata_valid_seconds: ofSource(
    'Until validUntil of the copy in force, negative once that has passed; absent when it has none',
  ),
  gakumon_metadata_last_refresh_timestamp_seconds: ofSource(
    'When the source was last asked with success, in seconds since 1970; absent until then',
  ),
  gakumon_metadata_last_refresh_ok: ofSource(
    '1 when the newest content of the source is in force, 0 when something is wrong with it (the log tells what)',
  ),
  gakumon_metadata_usable: ofSource(
    '1 when the source has a copy that holds, 0 when it never had one or that has expired',
  ),
  gakumon_metadata_held: ofSource('1 while a new document is held back until an operator accepts it'),
  gakumon_metadata_entities: ofSource('Entities in the copy in force, after the filter of the source'),
  gakumon_metadata_service_providers: ofSource('Service providers among them'),
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metricTable;

/** One value of one metric. */
export type Sample = {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
