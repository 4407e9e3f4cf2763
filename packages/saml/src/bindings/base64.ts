import { GakumonError } from '@gakumon/terms';

/**
 * Decodes base64 as SAML messages carry it: white space may fold it (RFC 2045), nothing else may stand in it.
 * @throws GakumonError `request-encoding`
 */
export function decodeBase64(text: string): Buffer {
  const folded = text.replace(/[\r\n\t ]+/g, '');
  const isBase64 = folded.length > 0 && folded.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(folded);
  if (!isBase64) throw new GakumonError('request-encoding', { detail: 'not base64' });
  return Buffer.from(folded, 'base64');
}
