import { type AttributeValue, attributeValueText, notYetStored, type ValueDecision } from '@gakumon/attributes';

/** What stands for a stored identifier that nobody has yet. */
const drawnLater = '(drawn at the first login there)';

/** A value on one line. */
export const tellValue = (value: AttributeValue): string => tellIdentifier(attributeValueText(value));

export const tellIdentifier = (text: string): string => text.replace(notYetStored, drawnLater);

/** A value that stays. */
export function describeKept({ value, rule, reason }: ValueDecision) {
  return { value: tellValue(value), rule: rule ?? null, reason };
}
