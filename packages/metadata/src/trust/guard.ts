import { hours } from '@gakumon/terms';
import type { Guard } from '../sources/source.ts';

/** What the guard looks at: who is in force, who would be, and whom people here use. */
export type GuardQuestion = {
  /** The entityIDs of the service providers in force, usable and not expired. */
  readonly before: readonly string[];
  /** The same of the new document. */
  readonly after: readonly string[];
  /** The entityIDs that people logged in to in the last 90 days. */
  readonly used: ReadonlySet<string>;
  readonly guard: Guard;
  /** How many service providers there were at most in the last weeks (`mostLately`); undefined: nobody counted. */
  readonly most?: number | undefined;
  /** Until when the one in force and the new one say that they are valid, milliseconds; undefined: age does not matter. */
  readonly ends?: { readonly before: number | undefined; readonly after: number | undefined } | undefined;
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

/** How many service providers a source had at most, and when it last had that many (milliseconds). */
export type MostServiceProviders = { readonly count: number; readonly at: number };

/** A document with fewer service providers is no aggregate: to lose one of three is an everyday change. */
const fewestOfAnAggregate = 10;
const mostNamed = 5;
/** Who shrinks step by step is noticed when the steps together are too large within this time, milliseconds: 30 days. */
const rememberedFor = hours(24 * 30);

/**
 * Decides whether a new document may replace the one in force, or is held back until an operator has looked at it. It is
 * held when the share of service providers that went (or can't be used any more) is above `mostLost`, at once or since
 * there were most of them, or when the share of those that people here use is. So with the default of 0.1 and fewer than
 * ten in use, losing any of these holds it back. And when it is older than what is in force: a document that was signed
 * once brings back who was taken out since. Where nothing valid is in force there is nothing to guard, and a `mostLost`
 * of 1 turns off all of it.
 */
export function decideGuard(question: GuardQuestion): GuardDecision {
  const { before, after, used, guard, most = 0, ends } = question;
  if (guard.mostLost >= 1) return { kind: 'pass' };
  const remaining = new Set(after);
  const all = [...new Set(before)];
  const inUse = all.filter((entityId) => used.has(entityId));
  const lost = all.filter((entityId) => !remaining.has(entityId));
  const lostInUse = lost.filter((entityId) => used.has(entityId));
  const isMassLost = all.length >= fewestOfAnAggregate && lost.length > guard.mostLost * all.length;
  const isUsedLost = lostInUse.length > guard.mostLost * inUse.length;
  const isSlowlyLost = most >= fewestOfAnAggregate && most - remaining.size > guard.mostLost * most;
  const reasons = [
    isMassLost && `${lost.length} of ${all.length} service providers are gone`,
    isUsedLost && `${lostInUse.length} of the ${inUse.length} that people used here in the last 90 days are gone`,
    isSlowlyLost && !isMassLost && `of the ${most} service providers of the last weeks ${remaining.size} are left`,
    ends !== undefined && tellOlder(ends),
  ].filter((reason) => typeof reason === 'string');
  if (reasons.length === 0) return { kind: 'pass' };
  const ordered = [...lostInUse, ...lost.filter((entityId) => !used.has(entityId))];
  return { kind: 'hold', reason: `${reasons.join(', and ')}${nameFirst(ordered)}`, lost: ordered };
}

/**
 * How many service providers a source had at most of late.
 * @param known what was remembered; it is forgotten 30 days after the source last had that many
 * @param before how many are in force
 * @param now milliseconds
 */
export function mostLately(known: MostServiceProviders | undefined, before: number, now: number): MostServiceProviders {
  const isRecent = known !== undefined && Math.abs(now - known.at) < rememberedFor;
  return isRecent && known.count > before ? known : { count: before, at: now };
}

/** A document that never ends is older than one that does: so it is with one from before the federation set an end. */
function tellOlder({ before, after }: NonNullable<GuardQuestion['ends']>): string | false {
  if (before === undefined || (after !== undefined && after >= before)) return false;
  const end = after === undefined ? 'names no end' : `is valid until ${isoTime(after)} only`;
  return `it is older than what is in force, which is valid until ${isoTime(before)}: it ${end}`;
}

function nameFirst(entityIds: readonly string[]): string {
  if (entityIds.length === 0) return '';
  const more = entityIds.length - mostNamed;
  return `: ${[...entityIds.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(', ')}`;
}

const isoTime = (at: number): string => new Date(at).toISOString();
