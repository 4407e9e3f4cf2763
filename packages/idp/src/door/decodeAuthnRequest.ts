import type { ServiceProvider } from '@gakumon/metadata';
import {
  type AuthnRequest,
  decodePost,
  decodeRedirect,
  hasEnvelopedSignature,
  parseAuthnRequest,
  parseXml,
  type RedirectMessage,
  verifyEnveloped,
  verifyOctets,
} from '@gakumon/saml';
import { GakumonError, nameIdFormats } from '@gakumon/terms';
import type { InboundAuthnRequest } from '../types.ts';
import { type KnownServiceProviders, requireServiceProvider } from './requireServiceProvider.ts';

/** An AuthnRequest whose sender is known and whose signature, if it bears one, was verified. */
export type DecodedAuthnRequest = {
  /** Read from the bytes that the signature covers, when there is one. */
  readonly request: AuthnRequest;
  readonly serviceProvider: ServiceProvider;
  readonly relayState: string | undefined;
  readonly isSigned: boolean;
};

/**
 * Decodes a message and verifies its signature with the keys in the metadata of the SP that its Issuer names.
 * @throws GakumonError the codes of decoding, of XML, of signatures; `issuer-missing`, `service-unknown`, `service-undecided`
 */
export async function decodeAuthnRequest(
  known: KnownServiceProviders,
  inbound: InboundAuthnRequest,
): Promise<DecodedAuthnRequest> {
  return inbound.binding === 'redirect'
    ? decodeByRedirect(known, decodeRedirect(inbound.rawQuery))
    : decodeByPost(known, decodePost(inbound.samlRequest, inbound.relayState));
}

async function decodeByRedirect(known: KnownServiceProviders, message: RedirectMessage): Promise<DecodedAuthnRequest> {
  const request = parseAuthnRequest(parseXml(message.xml));
  const serviceProvider = await requireServiceProvider(known, requireIssuer(request));
  const { signature, relayState } = message;
  if (signature !== undefined) {
    verifyOctets(signature.octets, signature.value, signature.algorithm, signingKeysOf(serviceProvider));
  }
  return { request, serviceProvider, relayState, isSigned: signature !== undefined };
}

async function decodeByPost(
  known: KnownServiceProviders,
  message: { readonly xml: Uint8Array; readonly relayState: string | undefined },
): Promise<DecodedAuthnRequest> {
  const { relayState } = message;
  const received = parseXml(message.xml);
  const claimed = parseAuthnRequest(received);
  const serviceProvider = await requireServiceProvider(known, requireIssuer(claimed));
  if (!hasEnvelopedSignature(received)) {
    return { request: claimed, serviceProvider, relayState, isSigned: false };
  }
  const verified = verifyEnveloped(message.xml, signingKeysOf(serviceProvider));
  const request = parseAuthnRequest(verified.element);
  // The claim only chose the keys. What counts is the Issuer in the bytes that were hashed, and it must be the same SP.
  if (requireIssuer(request) !== serviceProvider.entityId) throw new GakumonError('signature-structure');
  return { request, serviceProvider, relayState, isSigned: true };
}

function requireIssuer(request: AuthnRequest): string {
  const isEntity = request.issuerFormat === undefined || request.issuerFormat === nameIdFormats.entity;
  if (request.issuer === undefined || request.issuer === '' || !isEntity) throw new GakumonError('issuer-missing');
  return request.issuer;
}

function signingKeysOf(serviceProvider: ServiceProvider) {
  return serviceProvider.signingKeys.map(({ key }) => key);
}
