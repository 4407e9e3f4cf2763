import { valueLimit } from '../syntax.ts';
import { countWays } from './countWays.ts';

/** A regular expression that is ready to be used. */
export type Expression = {
  readonly groups: number;
  /** Longer values are never given to it: with them it could take too long. */
  readonly longest: number;
  /** An upper bound of the ways in which it can go through a value. */
  readonly costOf: (value: string) => number;
  /** What the groups held, the whole value first; undefined where the whole value does not match. */
  readonly match: (value: string) => readonly (string | undefined)[] | undefined;
};

/** So many ways through all values of a person may there be for one expression: a fraction of a second. */
export const mostWays = 1e7;
/** A way of so many steps counts once, and a longer one more often. */
const stepsOfWay = 10;
/** An expression that can't be given a value of this length is of no use. */
const shortestUse = 32;

/**
 * Reads an expression of attributes.yaml or release.yaml, with JavaScript's syntax and `u`; it is anchored at both ends.
 * Expressions meet values that people may write themselves, so one that could take for ever is refused, and the others get
 * no value that would make them slow.
 * @returns what is wrong with it, where something is
 */
export function readExpression(
  source: string,
  flags: 'u' | 'su' | 'isu' = 'u',
): Expression | { readonly problem: string } {
  let whole: RegExp;
  try {
    // By itself first: `a)(b` would otherwise be completed by the anchors.
    new RegExp(source, flags);
    whole = new RegExp(`^(?:${source})$`, flags);
  } catch (error) {
    return { problem: `is no regular expression: ${(error as Error).message.replace(/^.*: /s, '')}` };
  }
  const ways = countWays(source);
  if ('problem' in ways) return ways;
  const { repetitions } = ways;
  const choices = ways.choices * Math.max(1, ways.steps / stepsOfWay);
  const longest = repetitions === 0 ? valueLimit : Math.floor((mostWays / choices) ** (1 / repetitions));
  if (choices > mostWays || longest < shortestUse) {
    return { problem: 'has too many repetitions and alternatives: it could take for ever' };
  }
  return {
    groups: (new RegExp(`${source}|`, 'u').exec('')?.length ?? 1) - 1,
    longest: Math.min(valueLimit, longest),
    costOf: ({ length }) => choices * length ** repetitions,
    match: (value) =>
      value.length > longest || value.length > valueLimit ? undefined : (whole.exec(value) ?? undefined),
  };
}

/** What stands for something in a replacement: a group, or a dollar sign. */
const reference = /\$(?:([1-9])|\$)/g;

/** Puts what the groups held into the replacement, in one pass. */
export function replaceBy(replacement: string, groups: readonly (string | undefined)[]): string {
  return replacement.replace(reference, (_whole, group?: string) =>
    group === undefined ? '$' : (groups[Number(group)] ?? ''),
  );
}

/** What is wrong with a replacement for an expression of so many groups; undefined: nothing. */
export function judgeReplacement(replacement: string, groups: number): string | undefined {
  if (replacement.replace(reference, '').includes('$')) {
    return 'has a $ that stands for nothing: $1 to $9 are the groups, $$ is a dollar sign';
  }
  const missing = [...replacement.matchAll(reference)].find(([, group]) => Number(group ?? 0) > groups);
  return missing === undefined ? undefined : `has ${missing[0]}, and the expression has ${groups} groups`;
}
