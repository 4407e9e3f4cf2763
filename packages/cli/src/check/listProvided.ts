import type { Config } from '@gakumon/config';
import type { PersonOfCheck } from './checkPolicy.ts';

/**
 * The names of all attributes that directories and sources can give; undefined where one of them may give any.
 * @param people everybody of the directories that are files
 */
export function listProvided(
  { directory, sources }: Pick<Config, 'directory' | 'sources'>,
  people: readonly PersonOfCheck[],
): ReadonlySet<string> | undefined {
  const of = [...directory.map((one) => namesOf(one, people)), ...sources.map(({ attributes }) => namesIn(attributes))];
  const known = of.filter((names) => names !== undefined);
  return known.length < of.length ? undefined : new Set(known.flat());
}

type Directory = Config['directory'][number];

function namesOf(directory: Directory, people: readonly PersonOfCheck[]): readonly string[] | undefined {
  const own = directory.affiliation === undefined ? [] : ['affiliation'];
  if (directory.kind === 'file') return [...own, ...people.flatMap(({ attributes }) => Object.keys(attributes))];
  const read = directory.kind === 'ldap' ? directory.ldap.attributes : undefined;
  return read?.only === true ? [...own, ...Object.keys(read.names)] : undefined;
}

const namesIn = (attributes: Readonly<Record<string, string>> | undefined): readonly string[] | undefined =>
  attributes === undefined ? undefined : Object.keys(attributes);
