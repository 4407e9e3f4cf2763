import { attributeValueText } from './attributeValueText.ts';
import { parseAttributeValue } from './syntax.ts';
import type { AttributeDefinition, AttributeSyntax, AttributeValue, WithheldValue } from './types.ts';

export type ParsedValues = { readonly values: readonly AttributeValue[]; readonly withheld: readonly WithheldValue[] };

/** Where a service finds a person's account by the value. */
const identifying: ReadonlySet<AttributeSyntax> = new Set(['principalName', 'uniqueId', 'subjectId']);

/** Whether a service finds a person's account by the attribute: another value is another person there. */
export const isIdentifying = ({ syntax }: AttributeDefinition): boolean => identifying.has(syntax);

/** Values of one attribute, at most: a response must fit a form, and no source may make a login expensive. */
export const mostValues = 200;

/** Reads all values of one attribute: what keeps the dictionary's rules, without repetitions, and what stays behind. */
export function parseValues(
  definition: AttributeDefinition,
  raws: readonly string[],
  scopes: readonly string[],
): ParsedValues {
  const kept = new Map<string, AttributeValue>();
  const withheld: WithheldValue[] = countRaws(definition, raws);
  for (const raw of raws.slice(0, mostValues)) {
    const parsed = parseAttributeValue(definition.syntax, raw, scopes);
    if ('value' in parsed) {
      kept.set(attributeValueText(parsed.value), parsed.value);
    } else {
      withheld.push({ attribute: definition.id, value: raw, code: parsed.problem, reason: parsed.reason });
    }
  }
  const counted = applyCount(definition, [...kept.values()]);
  return { values: counted.values, withheld: [...withheld, ...counted.withheld] };
}

function countRaws({ id }: AttributeDefinition, { length }: readonly string[]): WithheldValue[] {
  if (length <= mostValues) return [];
  const reason = `the source gave ${length} values; all but the first ${mostValues} stay behind`;
  return [{ attribute: id, value: '', code: 'too-many', reason }];
}

/**
 * Of a single-valued attribute the first value stays. Of an identifier none does: directories promise no order, and a
 * person would arrive as somebody else on another day.
 */
function applyCount(definition: AttributeDefinition, values: readonly AttributeValue[]): ParsedValues {
  if (definition.multiple || values.length <= 1) {
    return { values, withheld: [] };
  }
  const stay = isIdentifying(definition) ? 0 : 1;
  return {
    values: values.slice(0, stay),
    withheld: values.slice(stay).map((value) => ({
      attribute: definition.id,
      value: attributeValueText(value),
      code: 'several-values',
      reason: 'the attribute has one value only, and the source gave several',
    })),
  };
}
