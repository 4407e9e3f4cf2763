import type { Person } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import { listGivenValues } from '../givenAttributes.ts';
import type { ParsedValues } from '../parseValues.ts';
import type { ResolvedAttributes } from '../types.ts';

/** What is known so far, by dictionary id. */
export type Resolved = ReadonlyMap<string, ParsedValues>;

export function toResolvedMap(attributes: ResolvedAttributes): Resolved {
  return new Map(attributes.map(({ definition, values }) => [definition.id, { values, withheld: [] }]));
}

/**
 * What an identifier of a person starts from. The first value, as Shibboleth takes it: the directory's own spelling where
 * it has one, so that a moved site keeps its identifiers.
 * @param source `username`, or the name of an attribute
 */
export function findSourceValue(source: string, person: Person, resolved: Resolved): string | undefined {
  if (source === 'username') {
    return person.username;
  }
  const made = resolved.get(source)?.values[0];
  const value = listGivenValues(person, source)?.[0] ?? (made === undefined ? undefined : attributeValueText(made));
  return value !== undefined && isSomebodys(value) ? value : undefined;
}

/**
 * Blanks are nobody's, halves of surrogate pairs would all be hashed as the same octets, and NUL is kept by no database:
 * people would share an identifier.
 */
const isSomebodys = (value: string): boolean => value.trim() !== '' && value.isWellFormed() && !value.includes('\0');
