import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextRefresh, type RefreshFacts } from './schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse('2024-04-08T09:00:00Z');
const base: RefreshFacts = { now, refresh: hour, lastSuccess: now, failures: 0, random: () => 0 };
const after = (facts: Partial<RefreshFacts>): number => nextRefresh({ ...base, ...facts }) - now;

describe('nextRefresh', () => {
  test('a source that was never asked is asked now', () => {
    expect(after({ lastSuccess: undefined })).toBe(0);
  });
  test('the shortest of interval, cacheDuration and half of what is left counts', () => {
    expect(after({})).toBe(hour);
    expect(after({ random: () => 0.5 })).toBe(0.95 * hour);
    expect(after({ cacheDuration: 30 * minute, validUntil: now + 14 * day })).toBe(30 * minute);
    expect(after({ refresh: 2 * day, cacheDuration: 3 * day, validUntil: now + 2 * day })).toBe(day);
  });
  test('a document cannot ask for more than every five minutes, whatever it says', () => {
    expect(after({ cacheDuration: 1 })).toBe(5 * minute);
    expect(after({ validUntil: now - day })).toBe(5 * minute);
    expect(after({ refresh: minute, validUntil: now - day })).toBe(minute);
  });
  test('failures are followed by ever longer pauses, up to the interval', () => {
    const pauses = [1, 2, 3, 6, 7, 50, 5000].map((failures) => after({ failures, random: () => 0.999_999 }) / minute);
    expect(pauses.map(Math.round)).toEqual([1, 2, 4, 32, 60, 60, 60]);
    expect(after({ failures: 1 })).toBe(minute / 2);
  });
  test('pauses shrink when validUntil comes near', () => {
    expect(after({ failures: 9, refresh: day, validUntil: now + hour, random: () => 0.999_999 })).toBeCloseTo(
      hour / 2,
      -3,
    );
  });
  test('Retry-After is honoured, for a day at most and never beyond half of what is left', () => {
    expect(after({ failures: 1, retryAfter: 2 * hour })).toBe(2 * hour);
    expect(after({ failures: 1, retryAfter: 365 * day })).toBe(day);
    expect(after({ failures: 1, retryAfter: 365 * day, validUntil: now + 4 * hour })).toBe(2 * hour);
  });

  const span = fc.integer({ min: -30 * day, max: 400 * day });
  const facts = fc.record({
    refresh: fc.integer({ min: 0, max: 30 * day }),
    cacheDuration: fc.option(span, { nil: undefined }),
    validUntil: fc.option(
      span.map((left) => now + left),
      { nil: undefined },
    ),
    failures: fc.nat({ max: 2000 }),
    retryAfter: fc.option(fc.integer({ min: 0, max: 400 * day }), { nil: undefined }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((value) => () => value),
  });
  test('property: whoever was just asked is not asked again within a second, nor forgotten', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const pause = after(some);
        expect(pause).toBeGreaterThanOrEqual(1000);
        expect(pause).toBeLessThanOrEqual(Math.max(some.refresh, some.failures > 0 ? 1.1 * day : 0, 1000));
      }),
    );
  });
  test('property: what is left is never slept through while it is more than ten minutes', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 10 * minute, max: 30 * day }), (some, left) => {
        expect(after({ ...some, validUntil: now + left })).toBeLessThan(left);
      }),
    );
  });
});
