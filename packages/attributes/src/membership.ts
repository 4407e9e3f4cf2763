import type { Person } from '@gakumon/terms';
import { isOnlyAlum } from './affiliations.ts';
import { attributeValueText } from './attributeValueText.ts';
import type { ParsedValues } from './parseValues.ts';
import type { AttributeDefinition, AttributeValue } from './types.ts';

/**
 * How somebody stands to the university: `alum` has graduated, `left` is known to have left as one of the alumni, whatever
 * directories still tell.
 */
export type Standing = 'present' | 'alum' | 'left';

/** @param told everything that is said of the person's affiliations */
export function standingOf({ leftAs }: Person, told: readonly string[]): Standing {
  if (leftAs === 'alumni') return 'left';
  return isOnlyAlum(told) ? 'alum' : 'present';
}

/**
 * Faculty, staff and students are members; alumni alone are not (eduPerson 2.2.1: `member` is for whoever has ordinary
 * privileges), and who left has no affiliation at all that GakuNin knows.
 */
export function settleMembership(
  definition: AttributeDefinition,
  parsed: ParsedValues,
  standing: Standing,
): ParsedValues {
  if (standing === 'alum') return without(definition, parsed, saysMember, 'alumni are not members');
  if (standing === 'left')
    return without(definition, parsed, saysAffiliation, 'the person has left, as one of the alumni');
  return definition.syntax === 'affiliation' ? { ...parsed, values: addMember(parsed.values) } : parsed;
}

function addMember(values: readonly AttributeValue[]): readonly AttributeValue[] {
  const isMember = values.some((value) => value.value === 'member');
  return values.length === 0 || isMember ? values : [...values, { kind: 'text', value: 'member' }];
}

function without(
  definition: AttributeDefinition,
  { values, withheld }: ParsedValues,
  isLost: (definition: AttributeDefinition, value: AttributeValue) => boolean,
  reason: string,
): ParsedValues {
  const lost = values.filter((value) => isLost(definition, value));
  const refused = lost.map((value) => ({
    attribute: definition.id,
    value: attributeValueText(value),
    code: 'vocabulary' as const,
    reason,
  }));
  return { values: values.filter((value) => !lost.includes(value)), withheld: [...withheld, ...refused] };
}

function saysMember({ syntax }: AttributeDefinition, { value }: AttributeValue): boolean {
  if (syntax === 'affiliation' || syntax === 'scopedAffiliation') return value === 'member';
  return syntax === 'personalUniqueCode' && value.startsWith('member:');
}

/** gakuninScopedPersonalUniqueCode begins with an affiliation. */
const saysAffiliation = ({ syntax }: AttributeDefinition): boolean =>
  syntax === 'affiliation' || syntax === 'scopedAffiliation' || syntax === 'personalUniqueCode';
