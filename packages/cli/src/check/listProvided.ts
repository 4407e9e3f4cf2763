import type { Config } from '@gakumon/config';
import type { PersonOfCheck } from './checkPolicy.ts';
import type { LdapVocabularies } from './ldapVocabularies.ts';

/**
 * The names of all attributes that directories and sources can give; undefined where one of them may give any.
 * @param people everybody of the directories that are files
 * @param vocabularies what LDAP servers can give at all
 */
export function listProvided(
  { directory, sources }: Pick<Config, 'directory' | 'sources'>,
  people: readonly PersonOfCheck[],
  vocabularies: LdapVocabularies = new Map(),
): ReadonlySet<string> | undefined {
  const of = [
    ...directory.map((one) => namesOf(one, people, vocabularies)),
    ...sources.map(({ attributes }) => namesIn(attributes)),
  ];
  const known = of.filter((names) => names !== undefined);
  return known.length < of.length ? undefined : new Set(known.flat());
}

type Directory = Config['directory'][number];

function namesOf(
  directory: Directory,
  people: readonly PersonOfCheck[],
  vocabularies: LdapVocabularies,
): readonly string[] | undefined {
  const own = directory.affiliation === undefined ? [] : ['affiliation'];
  if (directory.kind === 'file') return [...own, ...people.flatMap(({ attributes }) => Object.keys(attributes))];
  if (directory.kind !== 'ldap') return undefined;
  const { only, names } = directory.ldap.attributes;
  if (only) return [...own, ...Object.keys(names)];
  const known = vocabularies.get(directory.name)?.attributes;
  // Servers write the first of the names of an attribute
  return known && [...own, ...Object.keys(names), ...known.flatMap(([first]) => first ?? [])];
}

const namesIn = (attributes: Readonly<Record<string, string>> | undefined): readonly string[] | undefined =>
  attributes === undefined ? undefined : Object.keys(attributes);
