import { minutes } from '@gakumon/terms';
import type { AuthenticationFact } from '../facts.ts';
import { failedConcern, failedNetwork } from './failedCondition.ts';
import { listPlaces } from './listPlaces.ts';
import { placeAddress } from './placeAddress.ts';
import type { EnrolmentRule, StepUpPolicy } from './policy.ts';
import type { NetworkPlacement, PolicyQuestion } from './verdict.ts';

/** What of a person enrolment depends on. */
export type EnrolmentClaim = {
  /** Everything that was proved, in the session and in the attempt; all of it by this one person. */
  readonly facts: readonly AuthenticationFact[];
  readonly hasAuthenticators: boolean;
  readonly now: number;
};

export type EnrolmentDecision =
  /** `authenticator`: one of the person's own was proved just now. Else the name of the rule. */
  | { readonly allowed: true; readonly by: 'authenticator' | EnrolmentRuleName }
  | {
      readonly allowed: false;
      /** The networks from which it would be allowed, in the order of policy.yaml. */
      readonly elsewhere: readonly string[];
      /** Whether it would be allowed from here, were the password proved now. */
      readonly afterPassword: boolean;
    };

/** Of a rule of `enrolment` in policy.yaml. */
export type EnrolmentRuleName = string;

/** How long a proof opens the door to enrolment. */
const freshness = minutes(15);

/**
 * Decides whether a person may enrol an authenticator, or remove one, now (law 7): after a fresh proof with another
 * authenticator; with the password alone only where a rule says so. Pure.
 */
export function decideEnrolment(
  policy: StepUpPolicy,
  question: PolicyQuestion,
  { facts, hasAuthenticators, now }: EnrolmentClaim,
): EnrolmentDecision {
  const fresh = facts.filter(({ at }) => now - at <= freshness);
  if (fresh.some(({ authenticator }) => authenticator !== 'password')) return { allowed: true, by: 'authenticator' };
  const concerning = policy.enrolment.filter(
    (rule) =>
      isInForce(rule, now) &&
      (rule.for === 'any' || !hasAuthenticators) &&
      failedConcern(rule.when, question) === undefined,
  );
  const rule = findRule(concerning, placeAddress(policy.networks, question.address));
  if (rule !== undefined && fresh.length > 0) return { allowed: true, by: rule.name };
  return { allowed: false, elsewhere: listElsewhere(policy, concerning), afterPassword: rule !== undefined };
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
