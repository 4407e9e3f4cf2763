import type { ServiceProvider } from '@gakumon/metadata';
import { isGakumonError, type Person } from '@gakumon/terms';
import type { AuthnDecision } from '../authn/decideAuthn.ts';
import { continueAddress } from '../continueAddress.ts';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { attemptLifetime } from '../seal/sealAttempt.ts';
import type { KnownProofs } from '../session/findProofs.ts';
import { keepProvedPerson, keepSession } from '../session/keepSession.ts';
import type { SsoAttempt, SsoStep, Visitor } from '../types.ts';
import { buildLoginResponse } from './buildLoginResponse.ts';
import { encodeResponse, signResponse } from './deliverResponse.ts';
import { type PreparedAnswer, prepareAnswer } from './prepareAnswer.ts';

export type ProvedLogin = {
  readonly serviceProvider: ServiceProvider;
  readonly known: KnownProofs;
  readonly authn: Extract<AuthnDecision, { kind: 'satisfied' }>;
};

/**
 * Answers an attempt for a person who has proved what was required: the answer is prepared, which may refuse it, the
 * attempt is consumed exactly once, the session is written, and the response is built, signed and encoded.
 * @throws GakumonError as prepareAnswer does; then nothing was consumed and no session began or ended
 * @returns undefined when the person is not known any more; their session is ended then
 */
export async function answerLogin(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  { serviceProvider, known, authn }: ProvedLogin,
): Promise<SsoStep | undefined> {
  const person = await findPerson(idp, authn.username);
  if (person === undefined) return forget(idp, attempt, visitor);
  const prepared = await prepareUnlessAnswered(idp, attempt, serviceProvider, person);
  if (prepared === undefined) return sayAnswered(idp, attempt, visitor, serviceProvider, known);

  // The mark outlives every copy of this request that could still be believed.
  const isFirst = await idp.attempts.consume(attempt.id, idp.clock() + 3 * attemptLifetime);
  if (!isFirst) return sayAnswered(idp, attempt, visitor, serviceProvider, known);

  const sessionIndex = idp.newId();
  const { entityId } = serviceProvider;
  const visited = { entityId, sessionIndex, nameId: prepared.nameId, at: idp.clock() };
  const session = await keepSession(idp, visitor, known, visited);
  const unsigned = await buildLoginResponse(idp, attempt, serviceProvider, {
    authnContextClass: authn.contextClass,
    authnInstant: authn.authnInstant,
    address: authn.address,
    sessionIndex,
    sessionNotOnOrAfter: session.expiresAt,
    prepared,
  });
  const delivery = encodeResponse(await signResponse(idp, unsigned));
  if (known.attempt !== undefined) await idp.pendingLogins.remove(attempt.id, visitor.browser);
  const begun = session.token === undefined ? undefined : { token: session.token };
  return { kind: 'deliver', delivery, serviceProvider, session: begun, refusal: undefined, refusalDetail: undefined };
}

/** @returns undefined where a refusal comes too late, because the attempt has its answer */
async function prepareUnlessAnswered(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  person: Person,
): Promise<PreparedAnswer | undefined> {
  try {
    return prepareAnswer(idp, attempt, serviceProvider, person);
  } catch (error) {
    if (isGakumonError(error) && (await idp.attempts.isConsumed(attempt.id))) return undefined;
    throw error;
  }
}

/** The attempt was answered before, or by another copy of this very request: the session is all that is left to give. */
async function sayAnswered(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  serviceProvider: ServiceProvider,
  known: KnownProofs,
): Promise<SsoStep> {
  const begun = await keepProvedPerson(idp, visitor, known);
  if (known.attempt !== undefined) await idp.pendingLogins.remove(attempt.id, visitor.browser);
  const session = begun?.token === undefined ? undefined : { token: begun.token };
  const isSignedIn = session !== undefined || known.session !== undefined;
  return { kind: 'answered', serviceProvider, continueAt: continueAddress(idp, serviceProvider), isSignedIn, session };
}

async function forget(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<undefined> {
  await idp.pendingLogins.remove(attempt.id, visitor.browser);
  if (visitor.session !== undefined) await idp.sessions.revoke(visitor.session);
  return undefined;
}
