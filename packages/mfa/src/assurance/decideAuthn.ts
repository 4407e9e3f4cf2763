import type { ErrorCodeTelling, Username } from '@gakumon/terms';
import type { AuthenticationFact } from '../facts.ts';
import { patternIncludes } from './compareRequirements.ts';
import { knownProofs } from './knownProofs.ts';
import { type Match, matchRequirement, meets, type Proved } from './meets.ts';
import type { AuthnContextDefinition, FactorPattern, Requirement } from './requirement.ts';

/** What is proved so far about who is there. */
export type Proofs = Proved & { readonly username: Username };

/** What a login has to reach: one of these classes, and every requirement of the policy. */
export type Goal = {
  /** In the order of preference; none: no login can. */
  readonly acceptable: readonly AuthnContextDefinition[];
  readonly requirements: readonly Requirement[];
};

/** One way to the goal: what of it is missing. */
export type Way = { readonly contextClass: string; readonly missing: readonly FactorPattern[] };

export type AuthnDecision =
  /** These facts make this class true: it may be asserted, with the instant of the oldest fact it needs. */
  | {
      readonly kind: 'satisfied';
      readonly username: Username;
      readonly contextClass: string;
      readonly authnInstant: number;
      /** Where that fact was proved from. */
      readonly address: string;
      /** Everything that counted. */
      readonly facts: readonly AuthenticationFact[];
    }
  /** Something is missing, or nobody is known. Those with the least missing come first; one at least. */
  | { readonly kind: 'incomplete'; readonly known: Proofs | undefined; readonly ways: readonly Way[] }
  | { readonly kind: 'refuse'; readonly code: ErrorCodeTelling<'sp'> };

/**
 * Decides whether the person must be asked for anything (SAML Core 3.4.1: ForceAuthn, IsPassive). Pure.
 * @param asked how the SP asked
 * @param proofs what was proved in this very attempt, and in the session; ForceAuthn looks at the former only
 */
export function decideAuthn(
  goal: Goal,
  asked: { readonly forceAuthn: boolean; readonly isPassive: boolean },
  proofs: { readonly attempt: Proofs | undefined; readonly session: Proofs | undefined },
  now: number,
): AuthnDecision {
  if (goal.acceptable.length === 0) return { kind: 'refuse', code: 'no-authn-context' };
  const known = knownProofs(asked, proofs);
  const satisfied = known && findSatisfied(goal, known, now);
  if (satisfied !== undefined) return satisfied;
  if (asked.isPassive) return { kind: 'refuse', code: 'no-passive' };
  return { kind: 'incomplete', known, ways: listWays(goal, known ?? nothing, now) };
}

const nothing: Proved = { facts: [], usedAt: [] };

function findSatisfied({ acceptable, requirements }: Goal, known: Proofs, now: number): AuthnDecision | undefined {
  const ofPolicy = requirements.map((requirement) => meets(requirement, known, now));
  if (ofPolicy.includes(undefined)) return undefined;
  for (const { uri, requirement } of acceptable) {
    const needed = meets(requirement, known, now);
    const [oldest] = (needed ?? []).toSorted((one, other) => one.at - other.at);
    if (needed === undefined || oldest === undefined) continue;
    const facts = [...new Set([...needed, ...ofPolicy.flatMap((met) => met ?? [])])];
    const { at: authnInstant, address } = oldest;
    return { kind: 'satisfied', username: known.username, contextClass: uri, authnInstant, address, facts };
  }
  return undefined;
}

function listWays({ acceptable, requirements }: Goal, proved: Proved, now: number): readonly Way[] {
  const ofPolicy = requirements.map((requirement) => matchRequirement(requirement, proved, now));
  const ways = acceptable.flatMap(({ uri, requirement }) =>
    combineMatches([matchRequirement(requirement, proved, now), ...ofPolicy]).map(({ missing }) => ({
      contextClass: uri,
      missing,
    })),
  );
  return withoutDetours(ways).toSorted((one, other) => one.missing.length - other.missing.length);
}

type Lack = { readonly missing: readonly FactorPattern[] };

/** One match of each requirement, in every combination: what is missing of all of them together. */
function combineMatches(matches: readonly (readonly Match[])[]): readonly Lack[] {
  return matches.reduce<readonly Lack[]>(
    (before, choices) =>
      withoutDetours(
        before.flatMap(({ missing }) => choices.map((match) => ({ missing: union(missing, match.missing) }))),
      ),
    [{ missing: [] }],
  );
}

/** Drops what asks for something more than another one does: nobody is asked for what can be done without. */
function withoutDetours<T extends Lack>(ways: readonly T[]): readonly T[] {
  return ways.filter((way, index) =>
    ways.every((other, at) => {
      if (at === index || !isDetour(way, other)) return true;
      return at > index && isDetour(other, way);
    }),
  );
}

/** Whether whoever goes one way has done everything of the other. */
function isDetour({ missing }: Lack, shorter: Lack): boolean {
  return shorter.missing.every((less) => missing.some((more) => patternIncludes(more, less)));
}

/** What asks for more stands for what asks for less. */
function union(one: readonly FactorPattern[], other: readonly FactorPattern[]): readonly FactorPattern[] {
  return other.reduce((all, pattern) => {
    if (all.some((there) => patternIncludes(there, pattern))) return all;
    return [...all.filter((there) => !patternIncludes(pattern, there)), pattern];
  }, one);
}
