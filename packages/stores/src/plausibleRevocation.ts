import type { Revocation } from '@gakumon/idp';
import { hours } from '@gakumon/terms';

// What lies outside of these bounds was not written by Gakumon. Whoever did would make every list fail with one number.

/** No session lasts longer than a week, milliseconds. */
export const longestKept = hours(24 * 30);

/** No clock of a node is further ahead, milliseconds. */
export const furthestAhead = hours(24);

/** Whether a revocation is listed at this time, milliseconds. */
export function isListed({ at, keepUntil }: Revocation, now: number): boolean {
  return now < keepUntil && keepUntil <= now + longestKept && at >= 0 && at <= now + furthestAhead;
}
