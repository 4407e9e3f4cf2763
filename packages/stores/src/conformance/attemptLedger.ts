import type { AttemptLedger } from '@gakumon/idp';
import { type AttemptId, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const attempt = 'attempt-1' as AttemptId;
const later = start + minutes(10);

/** What every AttemptLedger promises. */
export function conformAttemptLedger(engine: string, open: OpenSubject<AttemptLedger>): void {
  describe(`AttemptLedger over ${engine}`, () => {
    test('an attempt is consumed once, and stays consumed', () =>
      withSubject(open, async ({ port, peer }) => {
        expect(await port.isConsumed(attempt)).toBe(false);
        expect(await port.consume(attempt, later)).toBe(true);
        expect(await port.consume(attempt, later)).toBe(false);
        expect(await peer.consume(attempt, later)).toBe(false);
        expect(await peer.isConsumed(attempt)).toBe(true);
      }));

    test('another attempt is not touched', () =>
      withSubject(open, async ({ port }) => {
        await port.consume(attempt, later);
        expect(await port.isConsumed('attempt-2' as AttemptId)).toBe(false);
        expect(await port.consume('attempt-2' as AttemptId, later)).toBe(true);
      }));

    test('double submit: of two consumers at once exactly one wins, a hundred times', () =>
      withSubject(open, async (subject) => {
        for (let round = 0; round < 100; round += 1) {
          const won = await race(subject, 2, (port) => port.consume(`round-${round}` as AttemptId, later));
          expect(won.filter(Boolean)).toHaveLength(1);
        }
      }));

    test('of twenty consumers at once exactly one wins', () =>
      withSubject(open, async (subject) => {
        const won = await race(subject, 20, (port) => port.consume(attempt, later));
        expect(won.filter(Boolean)).toHaveLength(1);
      }));

    test('replay around the sweep: a mark holds until keepUntil, and after it the attempt is not consumable again', () =>
      withSubject(open, async ({ port, setNow, sweep }) => {
        await port.consume(attempt, later);
        setNow(later - 1);
        await sweep(later - 1);
        expect(await port.consume(attempt, later)).toBe(false);
        setNow(later);
        await sweep(later);
        expect(await port.consume(attempt, later)).toBe(false);
      }));

    test('an attempt that may be forgotten already is refused', () =>
      withSubject(open, async ({ port, setNow }) => {
        setNow(later + 1);
        expect(await port.consume(attempt, later)).toBe(false);
      }));

    test('the sweep removes marks that may be forgotten, and only those', () =>
      withSubject(open, async ({ port, setNow, sweep, counts }) => {
        await port.consume(attempt, later);
        await port.consume('attempt-2' as AttemptId, later + 1);
        const removed = await sweep(later);
        if (counts) expect([removed, await port.isConsumed(attempt)]).toEqual([1, false]);
        setNow(later);
        expect(await port.isConsumed(attempt)).toBe(false);
        expect(await port.isConsumed('attempt-2' as AttemptId)).toBe(true);
      }));
  });
}
