import { type ComputedIdGenerator, computeId } from '../computedId.ts';

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
