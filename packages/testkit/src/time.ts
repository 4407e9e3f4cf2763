import type { Clock, IdMaker } from '@gakumon/terms';

export type FixedClock = Clock & { advance(milliseconds: number): void };

/**
 * A clock that stands still until it is told to move.
 * @param start where it stands: an ISO 8601 instant, or milliseconds since the epoch
 */
export function fixedClock(start: string | number = '2024-04-08T09:00:00Z'): FixedClock {
  let now = typeof start === 'number' ? start : Date.parse(start);
  return Object.assign(() => now, {
    advance(milliseconds: number): void {
      now += milliseconds;
    },
  });
}

/** Identifiers that count: `_id1`, `_id2` … */
export function sequentialIds(prefix = '_id'): IdMaker {
  let last = 0;
  return () => {
    last += 1;
    return `${prefix}${last}`;
  };
}
