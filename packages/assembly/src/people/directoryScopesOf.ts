import type { Config } from '@gakumon/config';

/** The scope of each directory that has one of its own, by the name of the directory. */
export function directoryScopesOf({ directory }: Pick<Config, 'directory'>): Readonly<Record<string, string>> {
  const scoped = directory.flatMap(({ name, scope }) => (scope === undefined ? [] : [[name, scope] as const]));
  return Object.fromEntries(scoped);
}
