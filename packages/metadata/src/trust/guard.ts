import type { Guard } from '../sources/source.ts';

/** What the guard looks at: who is in force, who would be, and whom people here use. */
export type GuardQuestion = {
  /** The entityIDs in force that have not expired. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The entityIDs that people logged in to in the last 90 days. */
  readonly used: ReadonlySet<string>;
  readonly guard: Guard;
};

export type GuardDecision =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'hold';
      /** For an operator: how many went, and the first of them by name. */
      readonly reason: string;
      /** Those that people use stand first. */
      readonly lost: readonly string[];
    };

/** A document with fewer entities is no aggregate: to lose one of three is an everyday change. */
const fewestOfAnAggregate = 10;
const mostNamed = 5;

/**
 * Decides whether a new document may replace the one in force, or is held back until an operator has looked at it. It is
 * held when the share of entities that went is above `mostLost`, or when the share of those that people here use is. So
 * with the default of 0.1 and fewer than ten in use, losing any of these holds it back. Where nothing valid is in force
 * there is nothing to guard.
 */
export function decideGuard({ before, after, used, guard }: GuardQuestion): GuardDecision {
  const remaining = new Set(after);
  const all = [...new Set(before)];
  const inUse = all.filter((entityId) => used.has(entityId));
  const lost = all.filter((entityId) => !remaining.has(entityId));
  const lostInUse = lost.filter((entityId) => used.has(entityId));
  const isMassLost = all.length >= fewestOfAnAggregate && lost.length > guard.mostLost * all.length;
  const isUsedLost = lostInUse.length > guard.mostLost * inUse.length;
  if (!isMassLost && !isUsedLost) return { kind: 'pass' };
  const ordered = [...lostInUse, ...lost.filter((entityId) => !used.has(entityId))];
  const reasons = [
    ...(isMassLost ? [`${lost.length} of ${all.length} entities are gone`] : []),
    ...(isUsedLost
      ? [`${lostInUse.length} of the ${inUse.length} that people used here in the last 90 days are gone`]
      : []),
  ];
  const named = ordered.slice(0, mostNamed);
  const more = ordered.length - named.length;
  const names = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return { kind: 'hold', reason: `${reasons.join(', and ')}: ${names}`, lost: ordered };
}
