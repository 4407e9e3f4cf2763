import type { Person, Username } from '@gakumon/terms';
import type { Directory } from '../ports.ts';
import { sternerClosure } from './sternerClosure.ts';
import { withPeople } from './withPeople.ts';

/** Somebody who has left, since when (milliseconds), and as what. */
export type KnownDeparture = { readonly at: number; readonly as: 'gone' | 'alumni' };

/**
 * People who have left, as they are from their day on: whoever is gone has an account that is closed, and alumni are
 * members no more.
 * @param departureOf tells of those whose day has come, and of nobody else
 */
export function withDepartures(
  directory: Directory,
  departureOf: (username: Username) => KnownDeparture | undefined,
): Directory {
  return withPeople(directory, (person) => afterDeparture(person, departureOf(person.username)));
}

/** Pure. */
function afterDeparture(person: Person, departure: KnownDeparture | undefined): Person {
  if (departure === undefined) return person;
  if (departure.as === 'alumni') return asAlumnus(person);
  const closed = sternerClosure(person.account.closed, { reason: 'left', at: departure.at });
  return { ...person, account: { ...person.account, closed } };
}

/** What the directory tells of a membership, in any of its forms: what an `alum` has is made of that word anew. */
const memberships: ReadonlySet<string> = new Set([
  'affiliation',
  'eduPersonAffiliation',
  'eduPersonPrimaryAffiliation',
  'eduPersonScopedAffiliation',
]);

/**
 * Every affiliation goes, whatever the directory calls it: attributes.yaml may make members of `学部生` as well as of
 * `student`. It may also make them of other attributes, such as employeeType: for that the person is marked.
 */
function asAlumnus(person: Person): Person {
  const others = Object.entries(person.attributes).filter(([name]) => !memberships.has(name));
  return { ...person, attributes: { ...Object.fromEntries(others), affiliation: ['alum'] }, leftAs: 'alumni' };
}
