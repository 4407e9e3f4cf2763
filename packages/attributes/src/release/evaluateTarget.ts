import type { ReleaseTarget, TargetConditions } from '../releaseRules.ts';

type FactName = Exclude<keyof TargetConditions, 'serviceProviders'>;

/** `atLeast`: there may be more of them that can't be told now. */
export type TargetFact = readonly string[] | { readonly atLeast: readonly string[] };

/** What is known of an SP and a person, by the keys of `to`; undefined: it can't be told. */
export type TargetFacts = Readonly<Record<FactName, TargetFact | undefined>>;

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
  if (key === 'serviceProviders') return compare(entityIdsOf(wanted), facts.entityId);
  if (!isFactName(key, facts)) return 'unknown';
  const known = facts[key];
  if (typeof wanted !== 'string') return compare([textsOf(wanted)], known);
  return seek((one) => one === wanted, known);
}

function compare(sets: readonly (Texts | undefined)[], known: TargetFact | undefined): TargetEvaluation {
  if (sets.length === 0 || sets.includes(undefined)) return 'unknown';
  return seek((one) => sets.some((set) => set?.has(one)), known);
}

function seek(isWanted: (one: string) => boolean, known: TargetFact | undefined): TargetEvaluation {
  if (known === undefined) return 'depends';
  const isAll = !('atLeast' in known);
  if ((isAll ? known : known.atLeast).some(isWanted)) return 'matches';
  return isAll ? 'other' : 'depends';
}

const isFactName = (name: string, facts: TargetFacts): name is FactName => Object.hasOwn(facts, name);

type Texts = ReadonlySet<string>;

function entityIdsOf(groups: unknown): (Texts | undefined)[] {
  if (!Array.isArray(groups)) return [];
  return groups.map((group: { readonly entityIds?: unknown } | null) => textsOf(group?.entityIds));
}

/** Of lists, which never change once they are read: each login would go through hundreds of entityIDs otherwise. */
const listed = new WeakMap<object, Texts | undefined>();

function textsOf(wanted: unknown): Texts | undefined {
  if (!Array.isArray(wanted)) return undefined;
  if (!listed.has(wanted)) listed.set(wanted, readList(wanted));
  return listed.get(wanted);
}

function readList(list: readonly unknown[]): Texts | undefined {
  return list.length > 0 && list.every((one) => typeof one === 'string') ? new Set(list) : undefined;
}
