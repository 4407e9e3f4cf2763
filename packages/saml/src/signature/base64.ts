import { GakumonError } from '@gakumon/terms';

/**
 * Decodes the base64 of XML Schema: white space anywhere, everything else exactly as RFC 4648 section 4 says. Lenient
 * decoders give several texts for the same bytes, or bytes for no text at all.
 * @throws GakumonError `signature-structure`
 */
export function decodeBase64(text: string): Buffer {
  const folded = text.replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(folded, 'base64');
  if (folded === '' || bytes.toString('base64') !== folded) {
    throw new GakumonError('signature-structure', { detail: 'not base64' });
  }
  return bytes;
}
