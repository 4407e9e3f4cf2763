import { attributeValueText } from '../attributeValueText.ts';
import { type ComputedIdGenerator, computeId } from '../computedId.ts';
import type { ReleasedAttributes } from '../types.ts';

/**
 * Identifiers that are kept, each in a record, as Shibboleth's StoredId does (GAKUNIN.md 6.3): the first one is computed
 * or drawn, and when it was deactivated a drawn one takes its place.
 */
export type StoredIdGenerator = {
  readonly kind: 'stored';
  readonly name: string;
  /** As of a computed one. */
  readonly source: string;
  /** How the first one of a person at an SP is made. */
  readonly first: 'random' | Pick<ComputedIdGenerator, 'salt' | 'algorithm' | 'encoding'>;
};

export type IdentifierGenerator = ComputedIdGenerator | StoredIdGenerator;

export function isStoredGenerator(generator: IdentifierGenerator | undefined): generator is StoredIdGenerator {
  return generator !== undefined && 'kind' in generator && generator.kind === 'stored';
}

/**
 * The first identifier of a person at an SP.
 * @param drawn fresh and random; as Shibboleth's, a UUID
 */
export function makeFirstId(
  { first }: StoredIdGenerator,
  recipient: string,
  sourceValue: string,
  drawn: () => string,
): string {
  return first === 'random' ? drawn() : computeId(first, recipient, sourceValue);
}

/** Stands where a stored identifier will stand while it is decided whether it goes out at all; it never does itself. */
export const notYetStored = 'not-yet-stored';

/** Whether it stands in what would go out, as the name or as an identifier. */
export function holdsNotYetStored(nameId: { readonly value: string }, released: ReleasedAttributes): boolean {
  const inAttributes = released.some(({ definition: { id }, values }) =>
    values.some((one) =>
      one.kind === 'nameId'
        ? one.value === notYetStored
        : id === 'pairwise-id' && attributeValueText(one).startsWith(`${notYetStored}@`),
    ),
  );
  return inAttributes || nameId.value === notYetStored;
}
