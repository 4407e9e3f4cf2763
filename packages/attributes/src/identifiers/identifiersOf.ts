import type { Person } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import { identifierDigest } from '../identifierDigest.ts';
import type { ResolutionContext } from '../resolutionContext.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import { isNaming, sourceDigest } from './blocked.ts';

/** What tells how people are named, whichever the SP. */
export type NamingContext = Omit<ResolutionContext, 'serviceProvider' | 'isBlocked' | 'storedIds'>;

/**
 * What names a person, as `identifierDigest` writes it: what may name nobody else when they have left. The identifiers
 * that are computed are not in it: what they start from is.
 */
export function identifiersOf(person: Person, context: NamingContext): readonly string[] {
  // These attributes are the same at every SP
  const atHome = { ...context, serviceProvider: { entityId: context.entityId } };
  const { resolved, sources } = resolveAttributes(person, atHome);
  const named = resolved
    .filter(({ definition }) => isNaming(definition.id))
    .flatMap(({ definition, values }) =>
      values.map((value) => identifierDigest(definition.id, attributeValueText(value))),
    );
  const started = [...sources].flatMap(([source, one]) =>
    one.kind === 'known' ? [sourceDigest(source, one.value)] : [],
  );
  return [...new Set([...named, sourceDigest('username', person.username), ...started])];
}
