import type { Person } from '@gakumon/terms';
import { type ParsedValues, parseValues } from './parseValues.ts';
import type { AttributeDefinition } from './types.ts';

/** Made anew for each SP; a value out of a directory, or by a recipe, would be the same everywhere. */
export const madePerServiceProvider: ReadonlySet<string> = new Set(['eduPersonTargetedID', 'pairwise-id']);

/** The directory's values of one attribute; undefined when it has none of that name. */
export function listGivenValues(person: Person, id: string): readonly string[] | undefined {
  return Object.hasOwn(person.attributes, id) ? person.attributes[id] : undefined;
}

/**
 * What the directory itself says of one attribute. Undefined where it does not speak of it; where it does, nothing is made
 * instead, even if nothing of what it said may go: a broken identifier must not be replaced by another one that is made up.
 */
export function resolveGiven(
  person: Person,
  definition: AttributeDefinition,
  scopes: readonly string[],
): ParsedValues | undefined {
  const raws = listRawValues(person, definition);
  if (raws === undefined) return undefined;
  return madePerServiceProvider.has(definition.id)
    ? refuseAll(definition, raws)
    : parseValues(definition, raws, scopes);
}

/** Everything that the directory says of the person's affiliations, in its own words. */
export function listToldAffiliations(person: Person): readonly string[] {
  const names = ['affiliation', 'eduPersonAffiliation', 'eduPersonPrimaryAffiliation', 'eduPersonScopedAffiliation'];
  return names.flatMap((name) => listGivenValues(person, name) ?? []);
}

function listRawValues(person: Person, { id }: AttributeDefinition): readonly string[] | undefined {
  const raws = listGivenValues(person, id);
  const affiliation = id === 'eduPersonAffiliation' ? listGivenValues(person, 'affiliation') : undefined;
  return affiliation === undefined ? raws : [...affiliation, ...(raws ?? [])];
}

function refuseAll({ id }: AttributeDefinition, raws: readonly string[]): ParsedValues {
  const reason = 'made for each SP; a directory cannot hold it';
  return { values: [], withheld: raws.map((value) => ({ attribute: id, value, code: 'computed-only', reason })) };
}
