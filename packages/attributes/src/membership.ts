import { attributeValueText } from './attributeValueText.ts';
import type { ParsedValues } from './parseValues.ts';
import type { AttributeDefinition, AttributeValue } from './types.ts';

/**
 * Faculty, staff and students are members; alumni alone are not (eduPerson 2.2.1: `member` is for whoever has ordinary
 * privileges).
 * @param isAlum see `isOnlyAlum`
 */
export function settleMembership(definition: AttributeDefinition, parsed: ParsedValues, isAlum: boolean): ParsedValues {
  if (isAlum) return withoutMember(definition, parsed);
  return definition.syntax === 'affiliation' ? { ...parsed, values: addMember(parsed.values) } : parsed;
}

function addMember(values: readonly AttributeValue[]): readonly AttributeValue[] {
  const isMember = values.some((value) => value.value === 'member');
  return values.length === 0 || isMember ? values : [...values, { kind: 'text', value: 'member' }];
}

function withoutMember(definition: AttributeDefinition, { values, withheld }: ParsedValues): ParsedValues {
  const lost = values.filter((value) => saysMember(definition, value));
  if (lost.length === 0) return { values, withheld };
  const refused = lost.map((value) => ({
    attribute: definition.id,
    value: attributeValueText(value),
    code: 'vocabulary' as const,
    reason: 'alumni are not members',
  }));
  return { values: values.filter((value) => !lost.includes(value)), withheld: [...withheld, ...refused] };
}

function saysMember({ syntax }: AttributeDefinition, { value }: AttributeValue): boolean {
  if (syntax === 'affiliation' || syntax === 'scopedAffiliation') return value === 'member';
  return syntax === 'personalUniqueCode' && value.startsWith('member:');
}
