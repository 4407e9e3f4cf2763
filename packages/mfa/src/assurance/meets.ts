import type { AuthenticationFact } from '../facts.ts';
import type { FactorPattern, Requirement } from './requirement.ts';

/** What was proved, and when it was used since. */
export type Proved = {
  readonly facts: readonly AuthenticationFact[];
  /** When the session that the facts are from was used, in any order; empty when there is none. */
  readonly usedAt: readonly number[];
};

/** One combination against what was proved: the facts that count for it, and what of it is missing. */
export type Match = {
  readonly facts: readonly AuthenticationFact[];
  readonly missing: readonly FactorPattern[];
};

/** Whether a fact is what a pattern asks for. */
function isFactOf(pattern: FactorPattern, { authenticator, traits = [] }: AuthenticationFact): boolean {
  const { with: wanted = [], without = [] } = pattern;
  return (
    authenticator === pattern.authenticator &&
    wanted.every((trait) => traits.includes(trait)) &&
    !without.some((trait) => traits.includes(trait))
  );
}

/**
 * Compares each combination of a requirement with what was proved. One authenticator counts once in a combination, however
 * often it was used: a code that is asked for twice is not a second factor. The latest proofs come first.
 */
export function matchRequirement(requirement: Requirement, proved: Proved, now: number): readonly Match[] {
  const counting = listCounting(requirement, proved, now);
  return requirement.combinations.map((combination) => matchCombination(combination, counting));
}

/** The facts by which a requirement is met; undefined when it is not. */
export function meets(
  requirement: Requirement,
  proved: Proved,
  now: number,
): readonly AuthenticationFact[] | undefined {
  return matchRequirement(requirement, proved, now).find(({ missing }) => missing.length === 0)?.facts;
}

function listCounting(
  { maxAge = Number.POSITIVE_INFINITY, maxIdle = Number.POSITIVE_INFINITY }: Requirement,
  { facts, usedAt }: Proved,
  now: number,
): readonly AuthenticationFact[] {
  const rested =
    maxIdle === Number.POSITIVE_INFINITY ? maxIdle : lastRest([...usedAt, ...facts.map(({ at }) => at)], maxIdle, now);
  return facts
    .filter(({ at }) => now - at <= maxAge && (maxIdle === Number.POSITIVE_INFINITY || at > rested))
    .toSorted((one, other) => other.at - one.at);
}

/**
 * When the last pause that was too long began: what was proved until then is idle for good. Looking at the last use alone
 * would let any use afterwards, one that asked for nothing, wake it again.
 */
function lastRest(uses: readonly number[], maxIdle: number, now: number): number {
  const newestFirst = uses.filter((at) => at < now).toSorted((one, other) => other - one);
  let next = now;
  for (const use of newestFirst) {
    if (next - use > maxIdle) return use;
    next = use;
  }
  return Number.NEGATIVE_INFINITY;
}

/** Leaves as little missing as can be: a proof that fits two patterns is kept for the one that nothing else fits. */
function matchCombination(combination: readonly FactorPattern[], counting: readonly AuthenticationFact[]): Match {
  const [pattern, ...others] = combination;
  if (pattern === undefined) return { facts: [], missing: [] };
  const rest = matchCombination(others, counting);
  let best: Match = { facts: rest.facts, missing: [pattern, ...rest.missing] };
  for (const fact of listLatest(counting.filter((one) => isFactOf(pattern, one)))) {
    const after = matchCombination(
      others,
      counting.filter((one) => !isSameAuthenticator(one, fact)),
    );
    if (after.missing.length < best.missing.length) best = { facts: [fact, ...after.facts], missing: after.missing };
    if (best.missing.length === 0) break;
  }
  return best;
}

/** The first of each authenticator. */
function listLatest(facts: readonly AuthenticationFact[]): readonly AuthenticationFact[] {
  return facts.filter((one, index) => facts.findIndex((other) => isSameAuthenticator(one, other)) === index);
}

const isSameAuthenticator = (one: AuthenticationFact, other: AuthenticationFact): boolean =>
  one.authenticator === other.authenticator && one.id === other.id;
