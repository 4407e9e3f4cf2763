import type { ServiceProvider } from '@gakumon/metadata';
import type { AuthnDecision } from '@gakumon/mfa';
import { type EntityId, isGakumonError, type Person } from '@gakumon/terms';
import { continueAddress } from '../continueAddress.ts';
import { noteRelease } from '../identifiers/noteRelease.ts';
import type { Idp } from '../idp.ts';
import type { SsoSession } from '../ports.ts';
import { attemptLifetime } from '../seal/sealAttempt.ts';
import { sessionIndexFor } from '../seal/sessionIndex.ts';
import type { KnownProofs } from '../session/findProofs.ts';
import { noteSignOn } from '../session/history.ts';
import {
  appendVisit,
  type ChosenSession,
  chooseSession,
  type KeptSession,
  keepProvedPerson,
  keepSession,
  keptAs,
} from '../session/keepSession.ts';
import type { SsoAttempt, SsoStep, Visitor } from '../types.ts';
import { buildLoginResponse } from './buildLoginResponse.ts';
import { encodeResponse, signResponse } from './deliverResponse.ts';
import { type AnswerSubject, type PreparedAnswer, prepareAnswer } from './prepareAnswer.ts';

export type ProvedLogin = {
  readonly serviceProvider: ServiceProvider;
  readonly known: KnownProofs;
  /** Whom the decision is about. */
  readonly person: Person;
  readonly authn: Extract<AuthnDecision, { kind: 'satisfied' }>;
  /** The URIs that tell in eduPersonAssurance how strong the login was. */
  readonly assurance: readonly string[];
};

/**
 * Answers an attempt for a person who has proved what was required: the answer is prepared, which may refuse it, the
 * attempt is consumed exactly once, the session is written, and the response is built, signed and encoded.
 * @throws GakumonError as prepareAnswer does; then nothing was consumed and no session began or ended
 */
export async function answerLogin(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  { serviceProvider, known, person, authn, assurance }: ProvedLogin,
): Promise<SsoStep> {
  const chosen = chooseSession(idp, known, authn.facts);
  const about = { person, session: chosen.id, assurance };
  const prepared = await prepareUnlessAnswered(idp, attempt, serviceProvider, about);
  if (prepared === undefined) return sayAnswered(idp, attempt, visitor, serviceProvider, known);
  const kept = await consumeAndKeep(idp, attempt, visitor, chosen, prepared);
  if (kept === undefined) return sayAnswered(idp, attempt, visitor, serviceProvider, known);

  const { entityId } = serviceProvider;
  const unsigned = await buildLoginResponse(idp, attempt, serviceProvider, {
    authnContextClass: authn.contextClass,
    authnInstant: authn.authnInstant,
    address: authn.address,
    sessionIndex: sessionIndexFor(idp.sealingKeys, kept.id, entityId),
    sessionNotOnOrAfter: kept.expiresAt,
    prepared,
  });
  const delivery = encodeResponse(await signResponse(idp, unsigned));
  if (known.attempt !== undefined) await idp.pendingLogins.remove(attempt.id, visitor.browser);
  noteSignOn(idp, { id: kept.id, username: person.username }, entityId, visitor.address);
  noteRelease(idp, person.username, entityId, prepared);
  const begun = kept.token === undefined ? undefined : { token: kept.token };
  return { kind: 'deliver', delivery, serviceProvider, session: begun, refusal: undefined, refusalDetail: undefined };
}

/** @returns undefined where a refusal comes too late, because the attempt has its answer */
async function prepareUnlessAnswered(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  about: AnswerSubject,
): Promise<PreparedAnswer | undefined> {
  try {
    return await prepareAnswer(idp, attempt, serviceProvider, about);
  } catch (error) {
    if (isGakumonError(error) && (await idp.attempts.isConsumed(attempt.id))) return undefined;
    throw error;
  }
}

/** @returns undefined when another copy of the request was first */
async function consumeAndKeep(
  idp: Idp,
  { id, request }: SsoAttempt,
  visitor: Visitor,
  chosen: ChosenSession,
  { nameId: { format, value } }: PreparedAnswer,
): Promise<KeptSession | undefined> {
  const at = idp.clock();
  const visit = { entityId: request.serviceProvider, nameId: { format, value }, at };
  // The mark outlives every copy of this request that could still be believed.
  const consumed = idp.attempts.consume(id, at + 3 * attemptLifetime);
  if (chosen.kind === 'continue' && !isVisitedSince(chosen.session, visit.entityId, request.receivedAt)) {
    // In one turn, so that a store over the network is asked once: a copy that is not the first writes the same visit.
    const [isFirst, written] = await Promise.all([consumed, appendVisit(idp, chosen.id, visit)]);
    return isFirst ? keptAs(written) : undefined;
  }
  return (await consumed) ? keepSession(idp, visitor, chosen, visit) : undefined;
}

/** The attempt may be an old page, whose visit must not take the place of the newer one. */
function isVisitedSince({ serviceProviders }: SsoSession, entityId: EntityId, since: number): boolean {
  return serviceProviders.some((visit) => visit.entityId === entityId && visit.at >= since);
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
