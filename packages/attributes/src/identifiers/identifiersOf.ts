import type { Person } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import { identifierDigest } from '../identifierDigest.ts';
import type { ResolutionContext } from '../resolutionContext.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import { namingAttributes, sourceDigest } from './blocked.ts';
import { findSourceValue, toResolvedMap } from './sourceValue.ts';

/**
 * What names a person, as `identifierDigest` writes it: what may name nobody else when they have left. The identifiers
 * that are computed are not in it: what they start from is.
 */
export function identifiersOf(
  person: Person,
  context: Omit<ResolutionContext, 'serviceProvider' | 'isBlocked' | 'storedIds'>,
): readonly string[] {
  // These attributes are the same at every SP
  const { resolved } = resolveAttributes(person, { ...context, serviceProvider: { entityId: context.entityId } });
  const known = toResolvedMap(resolved);
  const named = namingAttributes.flatMap((id) =>
    (known.get(id)?.values ?? []).map((value) => identifierDigest(id, attributeValueText(value))),
  );
  const generators = Object.values(context.generators);
  const sources = new Set(['username', ...generators.flatMap((one) => (one === undefined ? [] : [one.source]))]);
  const started = [...sources].flatMap((source) => {
    const value = findSourceValue(source, person, known);
    return value === undefined ? [] : [sourceDigest(source, value)];
  });
  return [...new Set([...named, ...started])];
}
