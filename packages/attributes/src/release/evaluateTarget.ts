import type { ReleaseTarget, TargetConditions } from '../releaseRules.ts';

type FactName = Exclude<keyof TargetConditions, 'serviceProviders'>;

/** What is known of an SP and a person, by the keys of `to`; undefined: it can't be told. */
export type TargetFacts = Readonly<Record<FactName, readonly string[] | undefined>>;

/** `depends`: on a fact that can't be told; `unknown`: the target speaks of something that this program doesn't know. */
export type TargetEvaluation = 'matches' | 'other' | 'depends' | 'unknown';

/** Whether a target describes an SP and a person. Takes targets of any shape; pure. */
export function evaluateTarget(target: ReleaseTarget, facts: TargetFacts): TargetEvaluation {
  if (target === 'any') return 'matches';
  return evaluateAll(target, ([key, wanted]) =>
    key === 'not' ? evaluateNot(wanted, facts) : evaluateCondition(key, wanted, facts),
  );
}

function evaluateAll(conditions: unknown, evaluate: (entry: [string, unknown]) => TargetEvaluation): TargetEvaluation {
  if (typeof conditions !== 'object' || conditions === null || Array.isArray(conditions)) return 'unknown';
  return together(Object.entries(conditions).map(evaluate));
}

/** Nothing at all describes nobody: it was meant to be something. */
function together(parts: readonly TargetEvaluation[]): TargetEvaluation {
  if (parts.length === 0 || parts.includes('unknown')) return 'unknown';
  if (parts.includes('other')) return 'other';
  return parts.includes('depends') ? 'depends' : 'matches';
}

const opposites = { matches: 'other', other: 'matches', depends: 'depends', unknown: 'unknown' } as const;

function evaluateNot(wanted: unknown, facts: TargetFacts): TargetEvaluation {
  const excluded: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const evaluate = ([key, value]: [string, unknown]) => evaluateCondition(key, value, facts);
  return together(excluded.map((conditions) => opposites[evaluateAll(conditions, evaluate)]));
}

function evaluateCondition(key: string, wanted: unknown, facts: TargetFacts): TargetEvaluation {
  const name = key === 'serviceProviders' ? 'entityId' : key;
  const values = key === 'serviceProviders' ? listEntityIds(wanted) : listTexts(wanted);
  if (values === undefined || !isFactName(name, facts)) return 'unknown';
  const known = facts[name];
  if (known === undefined) return 'depends';
  return known.some((one) => values.includes(one)) ? 'matches' : 'other';
}

const isFactName = (name: string, facts: TargetFacts): name is FactName => Object.hasOwn(facts, name);

function listTexts(wanted: unknown): readonly string[] | undefined {
  if (typeof wanted === 'string') return [wanted];
  const isList = Array.isArray(wanted) && wanted.length > 0 && wanted.every((one) => typeof one === 'string');
  return isList ? wanted : undefined;
}

function listEntityIds(wanted: unknown): readonly string[] | undefined {
  if (!Array.isArray(wanted) || wanted.length === 0) return undefined;
  const lists = wanted.map((group: { readonly entityIds?: unknown } | null) => listTexts(group?.entityIds));
  return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []);
}
