import type { Person } from '@gakumon/terms';
import { dictionary } from './dictionary.ts';
import { type ParsedValues, parseValues } from './parseValues.ts';
import type { AttributeDefinition, AttributeValue } from './types.ts';

/** Made anew for each SP; a value out of a directory would be the same everywhere. */
const madePerServiceProvider: ReadonlySet<string> = new Set(['eduPersonTargetedID', 'pairwise-id']);

/** The directory's values of one attribute; undefined when it has none of that name. */
export function listGivenValues(person: Person, id: string): readonly string[] | undefined {
  return Object.hasOwn(person.attributes, id) ? person.attributes[id] : undefined;
}

/**
 * What the directory itself says, by dictionary id. An id is in the map when the directory spoke of it, even if nothing
 * of what it said may go: a broken identifier must not be replaced by another one that is made up.
 */
export function resolveGiven(person: Person, scopes: readonly string[]): ReadonlyMap<string, ParsedValues> {
  const given = new Map<string, ParsedValues>();
  for (const definition of dictionary) {
    const raws = listRawValues(person, definition);
    if (raws !== undefined) {
      given.set(definition.id, parseGiven(definition, raws, scopes));
    }
  }
  return given;
}

function listRawValues(person: Person, { id }: AttributeDefinition): readonly string[] | undefined {
  const raws = listGivenValues(person, id);
  const affiliation = id === 'eduPersonAffiliation' ? listGivenValues(person, 'affiliation') : undefined;
  return affiliation === undefined ? raws : [...affiliation, ...(raws ?? [])];
}

function parseGiven(definition: AttributeDefinition, raws: readonly string[], scopes: readonly string[]): ParsedValues {
  if (madePerServiceProvider.has(definition.id)) {
    const reason = 'made for each SP; a directory cannot hold it';
    return {
      values: [],
      withheld: raws.map((value) => ({ attribute: definition.id, value, code: 'computed-only', reason })),
    };
  }
  const parsed = parseValues(definition, raws, scopes);
  return definition.syntax === 'affiliation' ? { ...parsed, values: addMember(parsed.values) } : parsed;
}

/** Faculty, staff and students are members (eduPerson 2.2.1: `member` is for whoever has ordinary privileges). */
function addMember(values: readonly AttributeValue[]): readonly AttributeValue[] {
  const isMember = values.some((value) => value.value === 'member');
  return values.length === 0 || isMember ? values : [...values, { kind: 'text', value: 'member' }];
}
