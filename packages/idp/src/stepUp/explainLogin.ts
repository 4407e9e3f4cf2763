import {
  type Authenticator,
  type AuthnDecision,
  chooseNext,
  decideAuthn,
  decideEnrolment,
  type EnrolmentClaim,
  type EnrolmentDecision,
  evaluatePolicy,
  type FactorPattern,
  type Goal,
  knownProofs,
  type NextProof,
  type PolicyQuestion,
  type PolicyVerdict,
  type Proofs,
  type RequestedAuthnContext,
  type Requirement,
  requiredContext,
  type StepUpPolicy,
} from '@gakumon/mfa';

/** Everything that decides what a login has to prove; plain data, so that a login and `policy explain` ask the same. */
export type LoginSituation = {
  readonly policy: StepUpPolicy;
  /** Undefined while nobody is known: the rules are about people. */
  readonly question: PolicyQuestion | undefined;
  /** What the service asked for; undefined: nothing. */
  readonly requested: RequestedAuthnContext | undefined;
  readonly asked: { readonly forceAuthn: boolean; readonly isPassive: boolean };
  readonly proofs: { readonly attempt: Proofs | undefined; readonly session: Proofs | undefined };
  /** The person's own, in the order in which they are offered; undefined: not looked up. */
  readonly authenticators: readonly Authenticator[] | undefined;
  /** What a page of ours asks for besides. */
  readonly besides?: readonly Requirement[] | undefined;
  readonly now: number;
};

/** What comes next; where there is no way, whose wish it is that cannot be met. */
export type NextStep =
  | Exclude<NextProof, { readonly kind: 'stepUp' | 'unreachable' }>
  | (Extract<NextProof, { readonly kind: 'stepUp' }> & {
      /** Whether a security key has to check a PIN or a finger too. */
      readonly mustVerifyUser: boolean;
    })
  | { readonly kind: 'unreachable'; readonly asker: 'service' | 'policy' };

export type LoginExplanation = {
  /** What the policy says; undefined while nobody is known. */
  readonly verdict: PolicyVerdict | undefined;
  readonly goal: Goal;
  /** The proofs that count. */
  readonly known: Proofs | undefined;
  readonly decision: AuthnDecision;
  /** Undefined when nothing is missing or it is refused, and while it takes the authenticators, which were not looked up. */
  readonly next: NextStep | undefined;
  /** Whether the person may enrol an authenticator from here; undefined as `next` is. */
  readonly enrolment: EnrolmentDecision | undefined;
};

/**
 * Says what a login has to prove, whether it is proved, and what to ask for next, with the reasons. Pure: the login
 * (`continueSso`), the portal, `policy explain` and the cases of refusals all ask here.
 */
export function explainLogin(situation: LoginSituation): LoginExplanation {
  const { policy, question, asked, proofs, authenticators, now } = situation;
  const verdict = question && evaluatePolicy(policy, question);
  const known = knownProofs(asked, proofs);
  const { acceptable } = requiredContext(situation.requested, policy.contexts);
  const goal = { acceptable, requirements: [...(verdict?.requirements ?? []), ...(situation.besides ?? [])] };
  const decision = decideAuthn(goal, asked, proofs, now);
  const enrolment =
    question && known && authenticators && decideEnrolment(policy, question, claimOf(situation, known, authenticators));
  const next = decision.kind === 'incomplete' ? nextStep(situation, goal, decision, enrolment) : undefined;
  return { verdict, goal, known, decision, next, enrolment };
}

/** In a login for a service a session counts for nothing here: whoever holds one that is not theirs may begin such a login. */
function claimOf(
  { question, proofs: { attempt }, now }: LoginSituation,
  known: Proofs,
  authenticators: readonly Authenticator[],
): EnrolmentClaim {
  const isOnOurPages = question?.service === undefined;
  const facts = isOnOurPages ? known.facts : (attempt?.facts ?? []);
  return { facts, hasAuthenticators: authenticators.length > 0, now };
}

type Incomplete = Extract<AuthnDecision, { kind: 'incomplete' }>;
type Lack = { readonly missing: readonly FactorPattern[] };

function nextStep(
  { policy, requested, asked, proofs, authenticators, now }: LoginSituation,
  { acceptable }: Goal,
  decision: Incomplete,
  enrolment: EnrolmentDecision | undefined,
): NextStep | undefined {
  const { offered } = policy;
  if (decision.known === undefined) {
    const next = chooseNext(decision, undefined);
    return { kind: 'login', withPasskey: next.kind === 'login' && next.withPasskey && offered.includes('webauthn') };
  }
  if (authenticators === undefined || enrolment === undefined) return undefined;
  const means = { authenticators, offered, mayEnrol: enrolment.allowed };
  const next = chooseNext(decision, means);
  if (next.kind === 'stepUp') return { ...next, mustVerifyUser: mustVerifyUser(decision) };
  if (next.kind !== 'unreachable') return next;
  if (!enrolment.allowed && chooseNext(decision, { ...means, mayEnrol: true }).kind === 'enrol') {
    // Enrolling would do, and takes only that something is proved anew (law 7)
    const ways = enrolment.ways.map((missing) => ({ missing }));
    const before = chooseNext({ known: decision.known, ways }, { ...means, offered: [] });
    if (before.kind === 'login') return before;
    if (before.kind === 'stepUp') return { ...before, mustVerifyUser: mustVerifyUser({ ways }) };
  }
  const ofService = decideAuthn({ acceptable, requirements: [] }, { ...asked, isPassive: false }, proofs, now);
  const isOfService =
    requested !== undefined && ofService.kind === 'incomplete' && chooseNext(ofService, means).kind === 'unreachable';
  return { kind: 'unreachable', asker: isOfService ? 'service' : 'policy' };
}

/** Whether no security key will do that proves only that it is there. */
function mustVerifyUser({ ways }: { readonly ways: readonly Lack[] }): boolean {
  return ways
    .filter(({ missing }) => missing.every(({ authenticator }) => authenticator !== 'password'))
    .flatMap(({ missing }) => missing.filter(({ authenticator }) => authenticator === 'webauthn'))
    .every((pattern) => pattern.with?.includes('user-verified'));
}
