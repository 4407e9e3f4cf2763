import type { AuthenticationFact } from '../facts.ts';
import type { FactorPattern, Requirement } from './requirement.ts';

/** What was proved, and when something was last done with it. */
export type Proved = {
  readonly facts: readonly AuthenticationFact[];
  /** When the session that the facts are from was last used; undefined when there is none. */
  readonly lastUsedAt: number | undefined;
};

/** One combination against what was proved: the facts that count for it, and what of it is missing. */
export type Match = {
  readonly facts: readonly AuthenticationFact[];
  readonly missing: readonly FactorPattern[];
};

/** Whether a fact is what a pattern asks for. */
export function isFactOf(pattern: FactorPattern, { authenticator, traits = [] }: AuthenticationFact): boolean {
  const { with: wanted = [], without = [] } = pattern;
  return (
    authenticator === pattern.authenticator &&
    wanted.every((trait) => traits.includes(trait)) &&
    !without.some((trait) => traits.includes(trait))
  );
}

/** Compares each combination of a requirement with what was proved. One fact counts once in a combination, the latest first. */
export function matchRequirement(requirement: Requirement, proved: Proved, now: number): readonly Match[] {
  const counting = proved.facts
    .filter((fact) => stillCounts(requirement, fact, proved.lastUsedAt, now))
    .toSorted((one, other) => other.at - one.at);
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

function stillCounts(
  { maxAge = Number.POSITIVE_INFINITY, maxIdle = Number.POSITIVE_INFINITY }: Requirement,
  { at }: AuthenticationFact,
  lastUsedAt: number | undefined,
  now: number,
): boolean {
  return now - at <= maxAge && now - Math.max(at, lastUsedAt ?? at) <= maxIdle;
}

function matchCombination(combination: readonly FactorPattern[], counting: readonly AuthenticationFact[]): Match {
  const facts: AuthenticationFact[] = [];
  const missing: FactorPattern[] = [];
  for (const pattern of combination) {
    const fact = counting.find((one) => !facts.includes(one) && isFactOf(pattern, one));
    if (fact === undefined) missing.push(pattern);
    else facts.push(fact);
  }
  return { facts, missing };
}
