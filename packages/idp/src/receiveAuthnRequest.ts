import { type AttemptId, GakumonError } from '@gakumon/terms';
import { chooseAssertionConsumerService } from './door/chooseAssertionConsumerService.ts';
import { decodeAuthnRequest } from './door/decodeAuthnRequest.ts';
import { requireServiceProvider } from './door/requireServiceProvider.ts';
import { isBoundedRelayState } from './door/rules.ts';
import { validateAuthnRequest } from './door/validateAuthnRequest.ts';
import type { Idp } from './idp.ts';
import type { InboundAuthnRequest, SsoAttempt, TrustedRequest, UnsolicitedRequest } from './types.ts';

/** The paths of the SSO endpoints, under the base URL (Shibboleth's own). */
export const ssoPaths = {
  redirect: '/idp/profile/SAML2/Redirect/SSO',
  post: '/idp/profile/SAML2/POST/SSO',
} as const;

/**
 * Takes in an AuthnRequest: decoded, its sender found, its signature verified, every rule of the door asked.
 * @throws GakumonError for what cannot be answered to a verified SP; what can be is in `attempt.request.refusal`
 */
export async function receiveAuthnRequest(
  idp: Pick<Idp, 'entityId' | 'serviceProviders' | 'whyUnknown' | 'clock' | 'baseUrl' | 'wantAuthnRequestsSigned'>,
  inbound: InboundAuthnRequest,
): Promise<SsoAttempt> {
  const decoded = await decodeAuthnRequest(idp, inbound);
  return validateAuthnRequest(decoded, {
    now: idp.clock(),
    ssoLocation: `${idp.baseUrl}${ssoPaths[inbound.binding]}`,
    entityId: idp.entityId,
    wantAuthnRequestsSigned: idp.wantAuthnRequestsSigned,
  });
}

/**
 * Begins an SSO that no SP asked for (SAML Profiles 4.1.5), with Shibboleth's parameters.
 * @throws GakumonError `request-missing` without a providerId, `service-unknown`, `service-undecided`, `acs-unknown`, `relay-state-too-large`
 */
export async function receiveUnsolicited(idp: Idp, asked: UnsolicitedRequest): Promise<SsoAttempt> {
  if (asked.providerId === undefined || asked.providerId === '') {
    throw new GakumonError('request-missing', { detail: 'providerId' });
  }
  if (!isBoundedRelayState(asked.target)) throw new GakumonError('relay-state-too-large');
  const serviceProvider = await requireServiceProvider(idp, asked.providerId);
  const acs = chooseAssertionConsumerService(serviceProvider, { url: asked.shire, index: undefined });
  const request = {
    serviceProvider: serviceProvider.entityId,
    requestId: undefined,
    assertionConsumerService: acs.location,
    relayState: asked.target,
    forceAuthn: false,
    isPassive: false,
    requestedAuthnContext: undefined,
    attributeConsumingServiceIndex: undefined,
    nameIdFormat: undefined,
    subject: undefined,
    refusal: undefined,
    receivedAt: idp.clock(),
  } as TrustedRequest;
  return { id: idp.newId() as AttemptId, request };
}
