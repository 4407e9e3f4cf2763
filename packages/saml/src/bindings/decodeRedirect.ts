import { inflateRawSync } from 'node:zlib';
import { GakumonError } from '@gakumon/terms';
import { decodeBase64 } from './base64.ts';

/** A message that came by HTTP-Redirect. Nothing of it is believed yet. */
export type RedirectMessage = {
  readonly xml: Uint8Array;
  readonly relayState: string | undefined;
  readonly signature: RedirectSignature | undefined;
};

/** A signature over the query's own octets (SAML Bindings 3.4.4.1). */
export type RedirectSignature = {
  readonly algorithm: string;
  readonly value: Uint8Array;
  readonly octets: Uint8Array;
};

const names = ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Name = (typeof names)[number];
type RawParameters = Partial<Record<Name, string>>;

const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
const maximumQueryLength = 65_536;
const maximumMessageLength = 131_072;
/** Most are shorter. zlib takes so much memory at once. */
const usualMessageLength = 2048;

/**
 * Decodes an HTTP-Redirect query (SAML Bindings 3.4). The query is split once, and both what is verified and what is
 * read come out of that one split: no second parser can see other values.
 * @param rawQuery the query string as received, without `?`
 * @throws GakumonError request-missing | request-repeated | request-encoding | request-too-large | signature-structure
 */
export function decodeRedirect(rawQuery: string): RedirectMessage {
  if (rawQuery.length > maximumQueryLength) throw new GakumonError('request-too-large');
  const raw = splitQuery(rawQuery);
  if (raw.SAMLRequest === undefined || raw.SAMLRequest === '') throw new GakumonError('request-missing');
  if (raw.SAMLEncoding !== undefined && percentDecode(raw.SAMLEncoding) !== deflateEncoding) {
    throw new GakumonError('request-encoding', { detail: 'SAMLEncoding is not DEFLATE' });
  }
  return {
    xml: inflate(decodeBase64(percentDecode(raw.SAMLRequest))),
    relayState: raw.RelayState === undefined ? undefined : percentDecode(raw.RelayState.replaceAll('+', '%20')),
    signature: readSignature(raw),
  };
}

function splitQuery(rawQuery: string): RawParameters {
  const parameters: RawParameters = {};
  for (const pair of rawQuery.split('&')) {
    const equals = pair.indexOf('=');
    const name = names.find((known) => known === percentDecode(equals < 0 ? pair : pair.slice(0, equals)));
    if (name === undefined) continue;
    if (parameters[name] !== undefined) throw new GakumonError('request-repeated', { detail: name });
    parameters[name] = equals < 0 ? '' : pair.slice(equals + 1);
  }
  return parameters;
}

function readSignature(raw: RawParameters): RedirectSignature | undefined {
  if (raw.Signature === undefined && raw.SigAlg === undefined) return undefined;
  if (raw.Signature === undefined || raw.SigAlg === undefined) {
    throw new GakumonError('signature-structure', { detail: 'Signature and SigAlg must come together' });
  }
  const signed = [
    `SAMLRequest=${raw.SAMLRequest}`,
    ...(raw.RelayState === undefined ? [] : [`RelayState=${raw.RelayState}`]),
    `SigAlg=${raw.SigAlg}`,
  ].join('&');
  return {
    algorithm: percentDecode(raw.SigAlg),
    value: decodeBase64(percentDecode(raw.Signature)),
    octets: Buffer.from(signed, 'utf8'),
  };
}

function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new GakumonError('request-encoding', { detail: 'broken percent escape', cause });
  }
}

function inflate(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: maximumMessageLength, chunkSize: usualMessageLength });
  } catch (cause) {
    const tooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new GakumonError(tooLarge ? 'request-too-large' : 'request-encoding', { detail: 'inflate', cause });
  }
}
