import type { Freshness, SourceKind, SourceSettings } from '@gakumon/directory';
import type { RecordsConfig, Secret } from '../config.ts';

/** A source of attributes beside the directories; its secrets are not read yet. Durations are milliseconds. */
export type SourceConfig = Omit<SourceSettings, 'kind'> & { readonly kind: SourceKindConfig };

export type SourceKindConfig =
  | { readonly by: 'sql'; readonly databases: readonly SourceDatabaseConfig[]; readonly query: string }
  | (Omit<Extract<SourceKind, { by: 'http' }>, 'headers'> & {
      readonly headers: Readonly<Record<string, string | Secret>>;
      /** The absolute path of a PEM file. */
      readonly ca: string | undefined;
    })
  | Extract<SourceKind, { by: 'csv' }>;

/** A database of somebody else's, which is only read. */
export type SourceDatabaseConfig = Exclude<RecordsConfig, { kind: 'memory' }>;

export type FreshnessConfig = Freshness;
