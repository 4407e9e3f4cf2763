import { hours, minutes, seconds } from '@gakumon/terms';

/** Instants and spans in milliseconds. */
export type RefreshFacts = {
  readonly now: number;
  /** How often, by the operator's word. */
  readonly refresh: number;
  /** Of the document in force. */
  readonly cacheDuration?: number | undefined;
  readonly validUntil?: number | undefined;
  /** When the server last told something new, or that there is nothing new. */
  readonly lastSuccess: number | undefined;
  /** Attempts since then; with any, the last one ended now. */
  readonly failures: number;
  /** How long the server asked to be left alone. */
  readonly retryAfter?: number | undefined;
  /** From 0 to below 1, so that many nodes don't come all at once. */
  readonly random: () => number;
};

/** Whatever anybody says, nobody is asked more often. */
const shortest = seconds(1);
/** What cacheDuration and a validUntil that comes near can ask for; only the operator can want it more often. */
const shortestByDocument = minutes(5);
const firstBackOff = minutes(1);
const longestRetryAfter = hours(24);

/**
 * When a source is to be asked again. In good times after the shortest of the operator's interval, cacheDuration and
 * half of what is left until validUntil, up to a tenth earlier; after failures from half a minute to a minute later, then
 * twice that and so on, up to the same interval. What a server asks for by Retry-After is honoured for a day at most, and
 * never beyond half of what is left.
 * @returns milliseconds; may lie in the past, which means now
 */
export function nextRefresh(facts: RefreshFacts): number {
  const { now, lastSuccess, failures, random } = facts;
  if (failures > 0) return now + Math.max(backOff(facts), patience(facts), shortest);
  if (lastSuccess === undefined) return now;
  return lastSuccess + Math.max(intervalFrom(lastSuccess, facts) * (1 - 0.1 * random()), shortest);
}

function backOff(facts: RefreshFacts): number {
  const { now, failures, random } = facts;
  const doubled = firstBackOff * 2 ** Math.min(failures - 1, 30);
  return Math.min(doubled, intervalFrom(now, facts)) * (0.5 + 0.5 * random());
}

function patience({ now, refresh, validUntil, retryAfter = 0, random }: RefreshFacts): number {
  const most = validUntil === undefined ? longestRetryAfter : halfOfWhatIsLeft(now, validUntil, refresh);
  return Math.min(retryAfter, longestRetryAfter, most) * (1 + 0.1 * random());
}

function intervalFrom(start: number, { refresh, cacheDuration, validUntil }: RefreshFacts): number {
  const cached = cacheDuration === undefined ? refresh : Math.max(cacheDuration, shortestByDocument);
  const left = validUntil === undefined ? refresh : halfOfWhatIsLeft(start, validUntil, refresh);
  return Math.max(Math.min(refresh, cached, left), shortest);
}

function halfOfWhatIsLeft(start: number, validUntil: number, refresh: number): number {
  return Math.max((validUntil - start) / 2, Math.min(refresh, shortestByDocument));
}
