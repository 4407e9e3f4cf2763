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
import { chooseEncryption } from './chooseEncryption.ts';
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
 * @throws GakumonError `encryption-impossible` when there must be encryption and no key of the SP can be used
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
    assertion: await protectAssertion(idp, assertion, serviceProvider, settings),
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
  idp: Idp,
  assertion: string,
  serviceProvider: ServiceProvider,
  settings: ServiceProviderSettings,
): Promise<OutElement | RawXml> {
  const choice = chooseEncryption(serviceProvider, settings, idp.cipherOfSource(serviceProvider.source));
  if (choice.kind === 'clear') return rawXml(assertion);
  if (choice.kind === 'impossible') throw new GakumonError('encryption-impossible', { detail: choice.detail });
  const { recipient, cipher, keyTransport } = choice;
  return buildEncryptedAssertion(await encryptElement(assertion, recipient, { cipher, keyTransport }));
}
