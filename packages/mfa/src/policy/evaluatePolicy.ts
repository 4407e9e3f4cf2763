import { orderByStrength } from '../assurance/compareRequirements.ts';
import type { Requirement } from '../assurance/requirement.ts';
import { failedConcern, failedCondition } from './failedCondition.ts';
import { placeAddress } from './placeAddress.ts';
import type { PolicyRule, StepUpPolicy } from './policy.ts';
import type { NetworkPlacement, PolicyQuestion, PolicyVerdict, RuleTrace } from './verdict.ts';
import { writeInstant } from './writeInstant.ts';

/**
 * Asks the policy what a login has to prove beside what the service wants. Every rule that matches adds its requirement.
 * Pure; the same for a login, `policy explain` and the pages.
 */
export function evaluatePolicy(policy: StepUpPolicy, question: PolicyQuestion): PolicyVerdict {
  const placement = placeAddress(policy.networks, question.address);
  const traced = policy.rules.map((rule) => ({ rule, trace: traceRule(rule, question, placement) }));
  const inState = (state: RuleTrace['state']): PolicyRule[] =>
    traced.filter(({ trace }) => trace.state === state).map(({ rule }) => rule);
  const matched = inState('matched');
  return {
    placement,
    rules: traced.map(({ trace }) => trace),
    requirements: orderByStrength(matched.map(requirementOf)),
    matched,
    announced: inState('announced'),
  };
}

/** What a rule asks for. One about old logins asks for proofs that are not old: else those it complains of would meet it. */
export function requirementOf({ require, when: { olderThan } }: PolicyRule): Requirement {
  if (olderThan === undefined || (require.maxAge ?? Number.POSITIVE_INFINITY) <= olderThan) return require;
  return { ...require, maxAge: olderThan };
}

function traceRule(rule: PolicyRule, question: PolicyQuestion, placement: NetworkPlacement): RuleTrace {
  const found = judgeRule(rule, question, placement);
  return { name: rule.name, requires: rule.require.name, matched: found.state === 'matched', ...found };
}

function judgeRule(
  rule: PolicyRule,
  question: PolicyQuestion,
  placement: NetworkPlacement,
): Pick<RuleTrace, 'state' | 'failed'> {
  const { from, until, announce, when } = rule;
  const { now } = question;
  if (until !== undefined && now >= until) return { state: 'over', failed: `it ended at ${writeInstant(until)}` };
  if (from !== undefined && now < from) {
    const failed = `it begins at ${writeInstant(from)}`;
    // Who stands in the right place today may stand in the wrong one then, so the place does not count yet.
    const isTold = announce !== undefined && now >= from - announce && failedConcern(when, question) === undefined;
    return { state: isTold ? 'announced' : 'not-yet', failed };
  }
  const failed = failedCondition(when, question, placement);
  return { state: failed === undefined ? 'matched' : 'condition', failed };
}
