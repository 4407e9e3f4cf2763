import { type ReleasedAttributes, toSamlAttribute } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import {
  buildAssertion,
  buildEncryptedAssertion,
  buildResponse,
  encryptElement,
  type NameId,
  type OutElement,
  type RawXml,
  rawXml,
  signEnveloped,
  successStatus,
  writeCanonical,
} from '@gakumon/saml';
import { GakumonError, minutes } from '@gakumon/terms';
import type { Idp, ServiceProviderSettings } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';
import type { UnsignedResponse } from './stages.ts';

/** How long an assertion may be presented for. */
export const assertionLifetime = minutes(5);

/** Everything that the answer to a login is made of; unfiltered attributes do not fit in. */
export type LoginOutcome = {
  readonly authnContextClass: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly authnInstant: number;
  readonly nameId: NameId;
  readonly sessionIndex: string;
  readonly sessionNotOnOrAfter: number;
  readonly attributes: ReleasedAttributes;
};

/**
 * Builds the response to a login (SAML Profiles 4.1.4.2): the assertion signed where the SP wants that, and encrypted
 * where it can be.
 * @throws GakumonError `encryption-impossible` when the SP's settings require encryption and its metadata has no key
 */
export async function buildLoginResponse(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  outcome: LoginOutcome,
): Promise<UnsignedResponse> {
  const now = idp.clock();
  const { assertionConsumerService, relayState, requestId } = attempt.request;
  const settings = idp.settingsOf(serviceProvider.entityId);
  const plain = assertionAbout(idp, attempt, outcome, now);
  const isSigned = settings.signAssertion || serviceProvider.wantAssertionsSigned;
  const assertion = isSigned ? await signEnveloped(plain, idp.signingKey) : writeCanonical(plain);
  const response = buildResponse({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: now,
    destination: assertionConsumerService,
    inResponseTo: requestId,
    status: successStatus,
    assertion: await protectAssertion(assertion, serviceProvider, settings),
  });
  return { response, assertionConsumerService, relayState } as UnsignedResponse;
}

function assertionAbout(idp: Idp, { request }: SsoAttempt, outcome: LoginOutcome, now: number): OutElement {
  return buildAssertion({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: now,
    nameId: outcome.nameId,
    recipient: request.assertionConsumerService,
    inResponseTo: request.requestId,
    notOnOrAfter: now + assertionLifetime,
    audience: request.serviceProvider,
    authnInstant: outcome.authnInstant,
    authnContextClass: outcome.authnContextClass,
    sessionIndex: outcome.sessionIndex,
    sessionNotOnOrAfter: outcome.sessionNotOnOrAfter,
    attributes: outcome.attributes.map(toSamlAttribute),
  });
}

async function protectAssertion(
  assertion: string,
  serviceProvider: ServiceProvider,
  { encryption }: ServiceProviderSettings,
): Promise<OutElement | RawXml> {
  const [recipient] = serviceProvider.encryptionKeys;
  if (encryption === 'never') return rawXml(assertion);
  if (recipient === undefined) {
    if (encryption === 'optional') return rawXml(assertion);
    throw new GakumonError('encryption-impossible', { detail: serviceProvider.entityId });
  }
  return buildEncryptedAssertion(await encryptElement(assertion, recipient, { cipher: 'aes128-gcm' }));
}
