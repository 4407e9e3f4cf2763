import type { Person } from '@gakumon/terms';
import type { Directory } from '../ports.ts';
import { withPeople } from './withPeople.ts';

/**
 * Gives the people of a directory its affiliations, where it tells none of them itself.
 * @param affiliation undefined: none
 */
export function withAffiliation(directory: Directory, affiliation: readonly string[] | undefined): Directory {
  if (affiliation === undefined || affiliation.length === 0) return directory;
  return withPeople(directory, (person) => affiliated(person, affiliation));
}

function affiliated(person: Person, affiliation: readonly string[]): Person {
  const { affiliation: own = [], eduPersonAffiliation = [] } = person.attributes;
  if (own.length > 0 || eduPersonAffiliation.length > 0) return person;
  return { ...person, attributes: { ...person.attributes, affiliation } };
}
