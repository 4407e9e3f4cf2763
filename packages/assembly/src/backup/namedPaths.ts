import { isAbsolute, relative, sep } from 'node:path';
import type { Config } from '@gakumon/config';

/** What else may begin with a slash, and is no file of the installation: PostgreSQL's socket is named as a host. */
const notPaths: ReadonlySet<string> = new Set(['host', 'database', 'user', 'username', 'prefix', 'name', 'source']);

/**
 * Everything that a configuration names outside of itself. Nothing is listed here by its key, so that what a later
 * configuration names is not forgotten: all paths in a Config are absolute, and nothing else in these parts of it is.
 */
export type Named = {
  /** Files and folders, the configuration itself first; absolute, in its order, so that one may be there twice. */
  readonly paths: readonly string[];
  /** Environment variables with secrets. */
  readonly variables: readonly string[];
};

/** @returns without the file of SQLite, whose records are exported instead, and without copies that are fetched again */
export function listNamed(config: Config): Named {
  const { idp: _, listen: _listen, file, stores, metadata, ...others } = config;
  const records = stores.records.kind === 'sqlite' ? undefined : stores.records;
  const paths = [file];
  const variables = new Set<string>();
  const { cache: _cache, ...sources } = metadata;
  collect({ ...others, metadata: sources, stores: { ...stores, records } }, paths, variables);
  return { paths, variables: [...variables] };
}

/** Whether a path is a folder or below it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function collect(value: unknown, paths: string[], variables: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'string' && isAbsolute(item)) paths.push(item);
      else collect(item, paths, variables);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const { env, ...rest } = value as { readonly env?: unknown };
  if (typeof env === 'string' && Object.keys(rest).length === 0) variables.add(env);
  for (const [key, inner] of Object.entries(rest)) {
    if (typeof inner !== 'string') collect(inner, paths, variables);
    else if (isAbsolute(inner) && !notPaths.has(key)) paths.push(inner);
  }
}
