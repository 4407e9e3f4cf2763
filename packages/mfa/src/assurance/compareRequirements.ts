import type { FactorPattern, Requirement } from './requirement.ts';

/** Whether whatever fits `more` fits `less` too. */
export function patternIncludes(more: FactorPattern, less: FactorPattern): boolean {
  return (
    more.authenticator === less.authenticator &&
    (less.with ?? []).every((trait) => more.with?.includes(trait)) &&
    (less.without ?? []).every((trait) => more.without?.includes(trait))
  );
}

/** Whether whoever meets `more` meets `less` too, whatever was proved. */
export function requirementIncludes(more: Requirement, less: Requirement): boolean {
  return (
    isShorter(more.maxAge, less.maxAge) &&
    isShorter(more.maxIdle, less.maxIdle) &&
    more.combinations.every((all) => less.combinations.some((some) => combinationIncludes(all, some)))
  );
}

/** Each once of those that ask for the same, those that ask for more before those that ask for less; else in their order. */
export function orderByStrength(requirements: readonly Requirement[]): readonly Requirement[] {
  const different = requirements.filter(
    (one, index) => requirements.findIndex((other) => isSame(one, other)) === index,
  );
  const weight = (one: Requirement) => different.filter((other) => requirementIncludes(one, other)).length;
  return different.toSorted((one, other) => weight(other) - weight(one));
}

const isSame = (one: Requirement, other: Requirement): boolean =>
  requirementIncludes(one, other) && requirementIncludes(other, one);

const isShorter = (one = Number.POSITIVE_INFINITY, other = Number.POSITIVE_INFINITY): boolean => one <= other;

/** Each pattern of `some` has one of its own in `all`. */
function combinationIncludes(all: readonly FactorPattern[], some: readonly FactorPattern[]): boolean {
  const [first, ...rest] = some;
  if (first === undefined) return true;
  return all.some(
    (pattern, index) => patternIncludes(pattern, first) && combinationIncludes(all.toSpliced(index, 1), rest),
  );
}
