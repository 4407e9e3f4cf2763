/** LDAPMessage { messageID 1, extendedReq { requestName 1.3.6.1.4.1.1466.20037 } } (RFC 4511, section 4.14.1). */
export const startTlsRequest: Uint8Array = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'ascii'),
]);

/** What the octets received so far say about going over to TLS. */
export type StartTlsAnswer =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads the answer to {@link startTlsRequest}. It must be exactly one message: whatever stands behind it was not protected
 * by TLS, and would be read as if it had been.
 */
export function readStartTlsAnswer(octets: Uint8Array): StartTlsAnswer {
  if (octets.length > 0 && octets[0] !== 0x30) return refused('its answer is no LDAP message');
  const message = readElement(octets, 0);
  if (message === undefined) return octets.length > 4096 ? refused('its answer is too long') : { kind: 'incomplete' };
  if (message.end < octets.length) return refused('more than its answer came before TLS did');
  const id = readElement(octets, message.start);
  const response = id && readElement(octets, id.end);
  const code = response && readElement(octets, response.start);
  if (id?.tag !== 0x02 || response?.tag !== 0x78 || code?.tag !== 0x0a) return refused('its answer is of another kind');
  if (octets[id.start] !== 1 || id.end !== id.start + 1) return refused('its answer is to another request');
  const result = octets[code.start];
  return result === 0 ? { kind: 'ready' } : refused(`it refuses with code ${result}`);
}

const refused = (reason: string): StartTlsAnswer => ({ kind: 'refused', reason: `StartTLS: ${reason}` });

type Element = { readonly tag: number; readonly start: number; readonly end: number };

/** One element of BER with a definite length; undefined when it is not all there. */
function readElement(octets: Uint8Array, at: number): Element | undefined {
  const [tag, first] = [octets[at], octets[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  // AD writes every length with four octets
  const count = first & 0x80 ? first & 0x7f : 0;
  const start = at + 2 + count;
  if (count > 4 || octets.length < start) return undefined;
  const length = count === 0 ? first : octets.subarray(at + 2, start).reduce((sum, octet) => sum * 256 + octet, 0);
  return start + length > octets.length ? undefined : { tag, start, end: start + length };
}
