import { attributeOf, parseDateTime, type XmlElement } from '@gakumon/saml';
import { GakumonError, isGakumonError, quoteUntrusted } from '@gakumon/terms';

/**
 * Reads `validUntil` (SAML Metadata 2.3.1, 2.3.2, 2.4.1).
 * @returns milliseconds; undefined when it is not there
 * @throws GakumonError `metadata-invalid` when it is there and can't be read: then nobody knows how long to believe it
 */
export function readValidUntil(el: XmlElement): number | undefined {
  const written = attributeOf(el, 'validUntil');
  if (written === undefined) return undefined;
  try {
    return parseDateTime(written);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    const detail = `validUntil of ${el.localName} is no dateTime: ${quoteUntrusted(written)}`;
    throw new GakumonError('metadata-invalid', { detail, cause: error });
  }
}

/** The earlier of two ends; undefined is no end. */
export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
