import { type Authenticator, canBe, type PolicyRule, requirementOf } from '@gakumon/mfa';
import type { Notice, SsoAttempt } from '../types.ts';
import type { LoginExplanation, LoginSituation } from './explainLogin.ts';

/**
 * What is announced and this person could not meet with what they have; they are told in time. Pure.
 * @param situation with the authenticators
 * @returns undefined when there is nothing to tell
 */
export function decideNotice(
  { question, authenticators = [] }: LoginSituation,
  { verdict, enrolment }: LoginExplanation,
): Notice | undefined {
  if (question === undefined || verdict === undefined) return undefined;
  const rules = verdict.announced
    .filter((rule) => !canMeet(rule, authenticators))
    .toSorted((one, other) => (one.from ?? 0) - (other.from ?? 0));
  if (rules.length === 0) return undefined;
  const { username } = question.person;
  return { username, rules, placement: verdict.placement, mayEnrol: enrolment?.allowed ?? false };
}

/** The password is everybody's. */
function canMeet(rule: PolicyRule, authenticators: readonly Authenticator[]): boolean {
  return requirementOf(rule).combinations.some((patterns) =>
    patterns.every(
      (pattern) => pattern.authenticator === 'password' || authenticators.some((one) => canBe(pattern, one)),
    ),
  );
}

/** The attempt once its person has seen the notice: it is not shown again. To be sealed anew. */
export function noticeSeen(attempt: SsoAttempt): SsoAttempt {
  return { ...attempt, isNoticed: true };
}
