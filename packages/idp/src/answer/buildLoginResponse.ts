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
import { GakumonError } from '@gakumon/terms';
import type { Idp, ServiceProviderSettings } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';
import { chooseEncryption } from './chooseEncryption.ts';
import type { UnsignedResponse } from './stages.ts';

/** Everything that the answer to a login is made of; unfiltered attributes do not fit in. */
export type LoginOutcome = {
  readonly authnContextClass: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly authnInstant: number;
  /** Where the person authenticated from. */
  readonly address: string;
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
  const plain = assertionAbout(idp, attempt, outcome, settings, now);
  // Whatever the settings came from, something is signed.
  const isSigned = settings.signAssertion || serviceProvider.wantAssertionsSigned || !settings.signResponse;
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
  const isSignedInside = isSigned && !settings.signResponse;
  return { response, isSignedInside, assertionConsumerService, relayState } as UnsignedResponse;
}

function assertionAbout(
  idp: Idp,
  { request }: SsoAttempt,
  outcome: LoginOutcome,
  settings: ServiceProviderSettings,
  now: number,
): OutElement {
  const { sessionLifetime, attributes: namings } = settings;
  return buildAssertion({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: now,
    nameId: outcome.nameId,
    recipient: request.assertionConsumerService,
    inResponseTo: request.requestId,
    notBefore: now - settings.skew,
    notOnOrAfter: now + settings.assertionLifetime,
    audience: request.serviceProvider,
    authnInstant: outcome.authnInstant,
    authnContextClass: outcome.authnContextClass,
    sessionIndex: outcome.sessionIndex,
    sessionNotOnOrAfter: sessionLifetime === undefined ? outcome.sessionNotOnOrAfter : now + sessionLifetime,
    subjectAddress: settings.subjectLocality ? outcome.address : undefined,
    attributes: outcome.attributes.map((attribute) => toSamlAttribute(attribute, namings[attribute.definition.id])),
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
