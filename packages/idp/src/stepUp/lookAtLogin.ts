import type { ServiceProvider } from '@gakumon/metadata';
import type { RequestedAuthnContext } from '@gakumon/mfa';
import type { AttemptId, Person } from '@gakumon/terms';
import { listAuthenticators } from '../factors/listAuthenticators.ts';
import { isByOwn } from '../factors/weighFacts.ts';
import type { Idp } from '../idp.ts';
import { findProofs, type KnownProofs, proofsOf } from '../session/findProofs.ts';
import { weighKnown } from '../session/weighKnown.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { explainLogin, type LoginExplanation, type LoginSituation } from './explainLogin.ts';
import { withFreshProofs } from './freshProofs.ts';
import { lookAtPlace, type PlaceLook } from './places.ts';
import { policyQuestion } from './policyQuestion.ts';

/** What is wanted of somebody, by a service or by a page of ours. */
export type Wanted = {
  readonly id: AttemptId;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  readonly requested: RequestedAuthnContext | undefined;
  /** Undefined for pages of ours. */
  readonly serviceProvider: ServiceProvider | undefined;
  readonly attributeConsumingServiceIndex: number | undefined;
};

/** A login as it stands: what is known of the visitor, and what it means. */
export type LoginLook = {
  readonly known: KnownProofs;
  /** Whom it is about; undefined while nobody is known. */
  readonly person: Person | undefined;
  readonly place: PlaceLook | undefined;
  readonly situation: LoginSituation;
  readonly explained: LoginExplanation;
};

/** What an SP wants. */
export function wantedBy({ id, request }: SsoAttempt, serviceProvider: ServiceProvider): Wanted {
  const { forceAuthn, isPassive, requestedAuthnContext: requested, attributeConsumingServiceIndex } = request;
  return { id, forceAuthn, isPassive, requested, serviceProvider, attributeConsumingServiceIndex };
}

/**
 * Looks at what the visitor's cookies stand for, and at what the policy says of it. Reads nothing of the records for
 * somebody whose password is enough, unless a rule is about new browsers or networks. What rests on an authenticator is
 * weighed against what the person has now.
 * @throws GakumonError `store-unavailable`
 */
export async function lookAtLogin(idp: Idp, wanted: Wanted, visitor: Visitor): Promise<LoginLook> {
  const { forceAuthn, isPassive, requested, serviceProvider, attributeConsumingServiceIndex } = wanted;
  const policy = idp.policy();
  const now = idp.clock();
  const known = await findProofs(idp, wanted, visitor);
  // Somebody else may be about to log in
  const person = forceAuthn && known.attempt === undefined ? undefined : known.person;
  const place = person && (await lookAtPlace(idp, policy, visitor, person.username));
  const session = known.session?.username === person?.username ? known.session : undefined;
  const question =
    person &&
    policyQuestion(policy, {
      person,
      serviceProvider,
      attributeConsumingServiceIndex,
      contexts: requested?.classes ?? [],
      address: visitor.address,
      // The oldest of very many facts are dropped
      firstProofAt: session && Math.min(session.createdAt, ...session.facts.map(({ at }) => at)),
      ...place,
      now,
    });
  const asked = { forceAuthn, isPassive };
  const proofs = countingProofs(asked, known, now);
  const situation = { policy, question, requested, asked, proofs, authenticators: undefined, now };
  const look = { known, person, place, situation, explained: explainLogin(situation) };
  const { decision } = look.explained;
  return decision.kind === 'satisfied' && decision.facts.some(isByOwn) ? lookAtAuthenticators(idp, look) : look;
}

/**
 * The same with the authenticators of the person, which is a read of the records, and with what was proved as it counts
 * beside them.
 * @throws GakumonError `store-unavailable`
 */
export async function lookAtAuthenticators(idp: Idp, look: LoginLook): Promise<LoginLook> {
  if (look.situation.authenticators !== undefined) return look;
  if (look.person === undefined) return explainedAgain(look, { ...look.situation, authenticators: [] });
  const authenticators = await listAuthenticators(idp, look.person);
  const known = weighKnown(look.known, authenticators);
  const { person } = known;
  const question = person && look.situation.question;
  const { asked, now } = look.situation;
  const situation = { ...look.situation, question, proofs: countingProofs(asked, known, now), authenticators };
  return explainedAgain({ ...look, known, person }, situation);
}

function countingProofs({ forceAuthn }: LoginSituation['asked'], known: KnownProofs, now: number) {
  const { attempt: pending } = known;
  return proofsOf({ ...known, attempt: forceAuthn && pending ? withFreshProofs(pending, now) : pending });
}

const explainedAgain = (look: LoginLook, situation: LoginSituation): LoginLook => ({
  ...look,
  situation,
  explained: explainLogin(situation),
});
