import { minutes } from '@gakumon/terms';
import { matchRequirement, meets } from '../assurance/meets.ts';
import { builtInRequirements, type FactorPattern, type Requirement } from '../assurance/requirement.ts';
import type { AuthenticationFact } from '../facts.ts';
import { failedConcern, failedNetwork } from './failedCondition.ts';
import { listPlaces } from './listPlaces.ts';
import { placeAddress } from './placeAddress.ts';
import type { EnrolmentRule, StepUpPolicy } from './policy.ts';
import type { NetworkPlacement, PolicyQuestion } from './verdict.ts';

/** What of a person enrolment depends on. */
export type EnrolmentClaim = {
  /**
   * Everything that was proved for it, all of it by this one person: in a login, in this very attempt, since whoever holds
   * a session that is not theirs may begin one for any service; on pages of ours, in the session that opened them.
   */
  readonly facts: readonly AuthenticationFact[];
  readonly hasAuthenticators: boolean;
  readonly now: number;
};

export type EnrolmentDecision =
  /** `authenticator`: one of the person's own was proved just now, as a second factor or as both. Else the name of the rule. */
  | { readonly allowed: true; readonly by: 'authenticator' | EnrolmentRuleName }
  | {
      readonly allowed: false;
      /** The networks from which it would be allowed, in the order of policy.yaml. */
      readonly elsewhere: readonly string[];
      /** Whether it would be allowed from here, were the password proved now. */
      readonly afterPassword: boolean;
      /** What is missing for it to be allowed from here: all of one of these, whether the person has it or not. */
      readonly ways: readonly (readonly FactorPattern[])[];
    };

/** Of a rule of `enrolment` in policy.yaml. */
export type EnrolmentRuleName = string;

/** How long a proof opens the door to enrolment. */
const freshness = minutes(15);
const byPassword: Requirement = { ...builtInRequirements.password, maxAge: freshness };
/** A second factor alone does not do: it may have been proved in a session by its owner, and another holds the session. */
const byAuthenticator: Requirement = { ...builtInRequirements.mfa, maxAge: freshness };

/**
 * Decides whether a person may enrol an authenticator, or remove one, now (law 7): after fresh proofs of the password and
 * another authenticator, or of a passkey that is both; with the password alone only where a rule says so. Pure.
 */
export function decideEnrolment(
  policy: StepUpPolicy,
  question: PolicyQuestion,
  { facts, hasAuthenticators, now }: EnrolmentClaim,
): EnrolmentDecision {
  const proved = { facts, usedAt: [] };
  if (meets(byAuthenticator, proved, now) !== undefined) return { allowed: true, by: 'authenticator' };
  const concerning = listConcerning(policy, question, { hasAuthenticators, now });
  const rule = findRule(concerning, placeAddress(policy.networks, question.address));
  if (rule !== undefined && meets(byPassword, proved, now) !== undefined) return { allowed: true, by: rule.name };
  const ways = matchRequirement(rule === undefined ? byAuthenticator : byPassword, proved, now);
  return {
    allowed: false,
    elsewhere: listElsewhere(policy, concerning),
    afterPassword: rule !== undefined,
    ways: ways.map(({ missing }) => missing),
  };
}

/**
 * What has to be proved anew before somebody sees and changes what they log in with: the same as to enrol; of whoever has
 * nothing yet the password, also where they may enrol nothing. Pure.
 */
export function requiredToManage(
  policy: StepUpPolicy,
  question: PolicyQuestion,
  person: Omit<EnrolmentClaim, 'facts'>,
): Requirement {
  if (!person.hasAuthenticators) return byPassword;
  const concerning = listConcerning(policy, question, person);
  const rule = findRule(concerning, placeAddress(policy.networks, question.address));
  return rule === undefined ? byAuthenticator : byPassword;
}

/** The rules for this person at this time, wherever they stand. */
function listConcerning(
  { enrolment }: StepUpPolicy,
  question: PolicyQuestion,
  { hasAuthenticators, now }: Omit<EnrolmentClaim, 'facts'>,
): readonly EnrolmentRule[] {
  return enrolment.filter(
    (rule) =>
      isInForce(rule, now) &&
      (rule.for === 'any' || !hasAuthenticators) &&
      failedConcern(rule.when, question) === undefined,
  );
}

function isInForce({ from, until }: EnrolmentRule, now: number): boolean {
  return (from === undefined || now >= from) && (until === undefined || now < until);
}

function findRule(rules: readonly EnrolmentRule[], placement: NetworkPlacement): EnrolmentRule | undefined {
  return rules.find(({ when }) => failedNetwork(when.network, placement) === undefined);
}

/** Those in which it is allowed everywhere; where there is none, those in which it is allowed somewhere. */
function listElsewhere({ networks }: StepUpPolicy, rules: readonly EnrolmentRule[]): readonly string[] {
  if (rules.length === 0) return [];
  const judged = listPlaces(networks).map((place) => ({ place, isGood: findRule(rules, place) !== undefined }));
  const whole: string[] = [];
  const partly: string[] = [];
  for (const { name } of networks) {
    const own = judged.filter(({ place }) => place.inside.some(({ network }) => network === name));
    if (own.some(({ isGood }) => isGood)) partly.push(name);
    if (own.length > 0 && own.every(({ isGood }) => isGood)) whole.push(name);
  }
  return whole.length > 0 ? whole : partly;
}
