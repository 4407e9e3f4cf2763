import type { ServiceProvider } from '@gakumon/metadata';
import type { RequestedAuthnContext } from '@gakumon/mfa';
import type { AttemptId, Person } from '@gakumon/terms';
import { listAuthenticators } from '../factors/listAuthenticators.ts';
import type { Idp } from '../idp.ts';
import { findProofs, type KnownProofs, proofsOf } from '../session/findProofs.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { explainLogin, type LoginExplanation, type LoginSituation } from './explainLogin.ts';
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
 * somebody whose session is enough, unless a rule is about new browsers or networks.
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
      lastProofAt: session && Math.max(...session.facts.map(({ at }) => at)),
      ...place,
      now,
    });
  const asked = { forceAuthn, isPassive };
  const situation = { policy, question, requested, asked, proofs: proofsOf(known), authenticators: undefined, now };
  return { known, person, place, situation, explained: explainLogin(situation) };
}

/**
 * The same with the authenticators of the person, which is a read of the records.
 * @throws GakumonError `store-unavailable`
 */
export async function lookAtAuthenticators(idp: Idp, look: LoginLook): Promise<LoginLook> {
  const authenticators = look.person === undefined ? [] : await listAuthenticators(idp, look.person);
  const situation = { ...look.situation, authenticators };
  return { ...look, situation, explained: explainLogin(situation) };
}
