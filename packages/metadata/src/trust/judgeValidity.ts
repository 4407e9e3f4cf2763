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
 * metadata could be replayed for ever. It is over at the very moment that it names.
 * @throws GakumonError `metadata-validity` when it is missing from a signed document or too far ahead, `metadata-expired`
 */
export function judgeValidity(validUntil: number | undefined, { signed, now, maxValidity }: ValidityRules): void {
  if (validUntil === undefined) {
    if (!signed) return;
    throw new GakumonError('metadata-validity', { detail: 'signed metadata without validUntil is refused' });
  }
  if (validUntil <= now) {
    throw new GakumonError('metadata-expired', { detail: `it was valid until ${new Date(validUntil).toISOString()}` });
  }
  if (maxValidity !== undefined && validUntil > now + maxValidity) {
    const days = (milliseconds: number): string => (milliseconds / 86_400_000).toFixed(1);
    throw new GakumonError('metadata-validity', {
      detail: `validUntil is ${days(validUntil - now)} days ahead, more than the ${days(maxValidity)} that are allowed`,
    });
  }
}
