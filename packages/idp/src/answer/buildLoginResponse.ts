import type { ServiceProvider } from '@gakumon/metadata';
import {
  buildAssertion,
  buildEncryptedAssertion,
  buildResponse,
  encryptElement,
  type OutElement,
  type RawXml,
  rawXml,
  signEnveloped,
  successStatus,
  writeCanonical,
} from '@gakumon/saml';
import { unknownAddress } from '@gakumon/terms';
import type { Idp, ServiceProviderSettings } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';
import type { PreparedAnswer } from './prepareAnswer.ts';
import type { UnsignedResponse } from './stages.ts';

/** Everything that the answer to a login is made of. */
export type LoginOutcome = {
  readonly authnContextClass: string;
  /** Milliseconds since the epoch, like every time here. */
  readonly authnInstant: number;
  /** Where the person authenticated from. */
  readonly address: string;
  readonly sessionIndex: string;
  readonly sessionNotOnOrAfter: number;
  readonly prepared: PreparedAnswer;
};

/**
 * Builds the response to a login (SAML Profiles 4.1.4.2): the assertion signed where the SP wants that, and encrypted
 * as was prepared.
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
  const response = buildResponse({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: now,
    destination: assertionConsumerService,
    inResponseTo: requestId,
    status: successStatus,
    assertion: await protectAssertion(idp, plain, isSigned, outcome.prepared),
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
  const { sessionLifetime } = settings;
  const { nameId, attributes } = outcome.prepared;
  return buildAssertion({
    id: idp.newId(),
    issuer: idp.entityId,
    issueInstant: now,
    nameId,
    recipient: request.assertionConsumerService,
    inResponseTo: request.requestId,
    notBefore: now - settings.skew,
    notOnOrAfter: now + settings.assertionLifetime,
    audience: request.serviceProvider,
    authnInstant: outcome.authnInstant,
    authnContextClass: outcome.authnContextClass,
    sessionIndex: outcome.sessionIndex,
    sessionNotOnOrAfter: sessionLifetime === undefined ? outcome.sessionNotOnOrAfter : now + sessionLifetime,
    subjectAddress: settings.subjectLocality && outcome.address !== unknownAddress ? outcome.address : undefined,
    attributes,
  });
}

async function protectAssertion(
  idp: Idp,
  plain: OutElement,
  isSigned: boolean,
  { encryption }: PreparedAnswer,
): Promise<OutElement | RawXml> {
  // Written with the response, once.
  if (!isSigned && encryption.kind === 'clear') return plain;
  const written = isSigned ? await signEnveloped(plain, idp.signingKey) : writeCanonical(plain);
  if (encryption.kind === 'clear') return rawXml(written);
  const { recipient, cipher, keyTransport } = encryption;
  return buildEncryptedAssertion(await encryptElement(written, recipient, { cipher, keyTransport }));
}
