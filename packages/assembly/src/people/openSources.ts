import { type Environment, readSecret, type SourceConfig, type SourceDatabaseConfig } from '@gakumon/config';
import {
  createSource,
  type SourceKind,
  type SourceReport,
  type SqlDatabase,
  type UsedSource,
} from '@gakumon/directory';
import { openSqlDatabases, type QueryLocation } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';
import { readAuthorities, readRecordsLocation } from '../stores/storeLocations.ts';

/** The sources of the configuration, ready to be asked. */
export type OpenSources = {
  /** In the order of the configuration. */
  readonly used: readonly UsedSource[];
  readonly close: () => Promise<void>;
};

/**
 * Opens every source of attributes. Their secrets are read; nothing is asked of them before the first person is.
 * @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function openSources(
  configs: readonly SourceConfig[],
  env: Environment,
  report: SourceReport,
): Promise<OpenSources> {
  const used = await Promise.all(configs.map((config) => openSource(config, env, report)));
  return { used, close: async () => void (await Promise.allSettled(used.map(({ source }) => source.close?.()))) };
}

/**
 * Reads the tables now, in the background: one that cannot be read is told of at once, and not to the first person who
 * logs in, and what is removed later stays known.
 */
export function beginReadingTables(configs: readonly SourceConfig[], { used }: OpenSources): void {
  configs.forEach(({ kind }, index) => {
    // What cannot be used is reported
    if (kind.by === 'csv') used[index]?.source.check?.().catch(() => {});
  });
}

/** @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable` */
export async function openSource(config: SourceConfig, env: Environment, report: SourceReport): Promise<UsedSource> {
  const { name, key, directories, whenAway, timeout } = config;
  const kind = await openKind(config, env);
  return { name, key, directories, whenAway, timeout, source: createSource({ ...config, kind }, report) };
}

async function openKind({ name, kind, timeout }: SourceConfig, env: Environment): Promise<SourceKind> {
  switch (kind.by) {
    case 'csv':
      return kind;
    case 'http': {
      const headers = await readHeaders(name, kind.headers, env);
      return { ...kind, headers, ca: kind.ca === undefined ? undefined : await readAuthorities(kind.ca) };
    }
    case 'sql': {
      const databases = await Promise.all(kind.databases.map((one) => openDatabases(one, timeout, env)));
      return { ...kind, databases: databases.flat() };
    }
  }
}

async function openDatabases(
  config: SourceDatabaseConfig,
  timeout: number,
  env: Environment,
): Promise<readonly SqlDatabase[]> {
  return openSqlDatabases((await readRecordsLocation(config, env)) as QueryLocation, timeout);
}

type HttpConfig = Extract<SourceConfig['kind'], { by: 'http' }>;

async function readHeaders(
  source: string,
  headers: HttpConfig['headers'],
  env: Environment,
): Promise<Readonly<Record<string, string>>> {
  const hint = `it is a header that the source ${source} is asked with; restore it, or change sources in the configuration`;
  const read = await Promise.all(
    Object.entries(headers).map(async ([header, value]) => {
      if (typeof value === 'string') return [header, value] as const;
      const secret = await readSecret(value, env, hint);
      requireOneLine(`source ${source}: ${header}`, secret);
      return [header, secret] as const;
    }),
  );
  return Object.fromEntries(read);
}

/** A line end in it would begin another header; Node refuses that too, but only once somebody waits for the answer. */
function requireOneLine(where: string, secret: string): void {
  if (/^[\x20-\x7e]+$/.test(secret)) return;
  throw new GakumonError('key-invalid', { detail: `${where} must be one line of ASCII characters` });
}
