import { GakumonError } from '@gakumon/terms';

/** By what a document's end is judged. */
export type ValidityRules = {
  readonly signed: boolean;
  readonly now: number;
  /** Milliseconds; undefined: any distance. */
  readonly maxValidity: number | undefined;
};

/**
 * Judges validUntil of a document as a whole (SAML V2.0 Metadata Interoperability Profile): without it old signed
 * metadata could be replayed for ever, and whoever bounds how far the end may lie ahead does not take none. It is over at the very moment that it names.
 * @throws GakumonError `metadata-validity` when it is missing from a document that is signed or bounded, or too far ahead, `metadata-expired`
 */
export function judgeValidity(validUntil: number | undefined, { signed, now, maxValidity }: ValidityRules): void {
  if (validUntil === undefined) {
    if (signed)
      throw new GakumonError('metadata-validity', { detail: 'signed metadata without validUntil is refused' });
    if (maxValidity === undefined) return;
    throw new GakumonError('metadata-validity', {
      detail: 'there is no validUntil, and the end of this metadata may not be further ahead than was allowed',
      hint: 'ask for metadata with an end; or take it without --max-validity (maxValidity), and it counts for ever',
    });
  }
  if (validUntil <= now) {
    throw new GakumonError('metadata-expired', {
      detail: `it was valid until ${new Date(validUntil).toISOString().replace('.000Z', 'Z')}`,
      data: { validUntil },
    });
  }
  if (maxValidity !== undefined && validUntil > now + maxValidity) {
    const days = (milliseconds: number): string => (milliseconds / 86_400_000).toFixed(1);
    throw new GakumonError('metadata-validity', {
      detail: `validUntil is ${days(validUntil - now)} days ahead, more than the ${days(maxValidity)} that are allowed`,
    });
  }
}
