import type { Person } from '@gakumon/terms';
import type { Directory } from '../ports.ts';
import type { SourceSettings } from '../sources/settings.ts';
import { withPeople } from './withPeople.ts';

/** What else may tell affiliations; `attributes` undefined: anything. */
type Teller = Pick<SourceSettings, 'name' | 'attributes'>;

/**
 * Gives the people of a directory its affiliations, where neither it nor a source tells any of them. Nobody gets them
 * while a source is away that may tell others: alumni would be students meanwhile.
 * @param affiliation undefined: none
 */
export function withAffiliation(
  directory: Directory,
  affiliation: readonly string[] | undefined,
  sources: readonly Teller[] = [],
): Directory {
  if (affiliation === undefined || affiliation.length === 0) return directory;
  const tellers = new Set(sources.filter(mayTell).map(({ name }) => name));
  return withPeople(directory, (person) =>
    listOwn(person).length > 0 || person.sourcesAway?.some((name) => tellers.has(name))
      ? person
      : { ...person, attributes: { ...person.attributes, affiliation } },
  );
}

const telling = ['affiliation', 'eduPersonAffiliation'] as const;

const listOwn = ({ attributes }: Person): readonly string[] => telling.flatMap((name) => attributes[name] ?? []);

const mayTell = ({ attributes }: Teller): boolean =>
  attributes === undefined || telling.some((name) => Object.hasOwn(attributes, name));
