import type { Throttles } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const window = minutes(5);

/** What every Throttles promises. */
export function conformThrottles(engine: string, open: OpenSubject<Throttles>): void {
  describe(`Throttles over ${engine}`, () => {
    test('hits are counted within a window that the first one opens', () =>
      withSubject(open, async ({ port, peer }) => {
        const resetsAt = start + window;
        expect(await port.hit('a', window, start)).toEqual({ count: 1, resetsAt });
        expect(await peer.hit('a', window, start + 1000)).toEqual({ count: 2, resetsAt });
        expect(await port.peek('a', start + 1000)).toEqual({ count: 2, resetsAt });
        expect(await port.peek('b', start)).toMatchObject({ count: 0 });
      }));

    test('looking does not count', () =>
      withSubject(open, async ({ port }) => {
        await port.hit('a', window, start);
        await port.peek('a', start);
        expect(await port.peek('a', start)).toMatchObject({ count: 1 });
      }));

    test('a window ends by the time that comes in, and the next hit opens a new one', () =>
      withSubject(open, async ({ port, setNow }) => {
        await port.hit('a', window, start);
        await port.hit('a', window, start + window - 1);
        setNow(start + window);
        expect(await port.peek('a', start + window)).toMatchObject({ count: 0 });
        expect(await port.hit('a', window, start + window)).toEqual({ count: 1, resetsAt: start + 2 * window });
      }));

    test('clearing one bucket leaves the others', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.hit('a', window, start);
        await port.hit('b', window, start);
        await peer.clear('a');
        await peer.clear('never');
        expect(await port.peek('a', start)).toMatchObject({ count: 0 });
        expect(await port.peek('b', start)).toMatchObject({ count: 1 });
      }));

    test('guessing from many connections at once: no hit is lost and no count is told twice', () =>
      withSubject(open, async (subject) => {
        const told = await race(subject, 60, (port) => port.hit('a', window, start));
        expect(told.map((it) => it.count).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
        expect(await subject.port.peek('a', start)).toMatchObject({ count: 60 });
      }));

    test('the sweep removes windows that ended', () =>
      withSubject(open, async ({ port, sweep }) => {
        await port.hit('a', window, start);
        await port.hit('b', window, start + 1);
        expect(await sweep(start + window)).toBe(1);
        expect(await port.peek('b', start + window)).toMatchObject({ count: 1 });
      }));
  });
}
