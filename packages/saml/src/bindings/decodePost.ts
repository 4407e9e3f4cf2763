import { GakumonError } from '@gakumon/terms';
import { decodeBase64 } from './base64.ts';

/** A message that came by HTTP-POST; its signature, if it has one, is in the XML. */
export type PostMessage = { readonly xml: Uint8Array; readonly relayState: string | undefined };

const maximumEncodedLength = 262_144;

/**
 * Decodes the form of an HTTP-POST message (SAML Bindings 3.5.4).
 * @param samlRequest every value that came under `SAMLRequest`
 * @param relayState every value that came under `RelayState`
 * @throws GakumonError request-missing | request-repeated | request-encoding | request-too-large
 */
export function decodePost(samlRequest: readonly string[], relayState: readonly string[]): PostMessage {
  const [encoded, ...more] = samlRequest;
  if (encoded === undefined || encoded === '') throw new GakumonError('request-missing');
  if (more.length > 0 || relayState.length > 1) throw new GakumonError('request-repeated');
  if (encoded.length > maximumEncodedLength) throw new GakumonError('request-too-large');
  return { xml: decodeBase64(encoded), relayState: relayState[0] };
}
