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

    test('a hit that is given back does not count, and the window stays as it was', () =>
      withSubject(open, async ({ port, peer }) => {
        const { resetsAt } = await port.hit('a', window, start);
        await port.hit('a', window, start + 1000);
        await port.hit('b', window, start);
        await peer.release('a', resetsAt);
        expect(await port.peek('a', start + 1000)).toEqual({ count: 1, resetsAt });
        expect(await port.peek('b', start)).toMatchObject({ count: 1 });
        expect(await port.hit('a', window, start + 2000)).toEqual({ count: 2, resetsAt });
      }));

    test('attack: giving back more than was taken leaves no credit for guesses', () =>
      withSubject(open, async ({ port, peer }) => {
        const { resetsAt } = await port.hit('a', window, start);
        for (const give of [port, peer, port]) await give.release('a', resetsAt);
        await port.release('never', resetsAt);
        expect(await port.peek('a', start)).toMatchObject({ count: 0 });
        expect(await port.peek('never', start)).toMatchObject({ count: 0 });
        expect(await peer.hit('a', window, start)).toMatchObject({ count: 1 });
      }));

    test('attack: a hit of a window that is over, given back late, takes nothing from the next one', () =>
      withSubject(open, async ({ port, setNow }) => {
        const { resetsAt } = await port.hit('a', window, start);
        setNow(resetsAt);
        await port.hit('a', window, resetsAt);
        await port.release('a', resetsAt);
        expect(await port.peek('a', resetsAt)).toMatchObject({ count: 1 });
      }));

    test('attack: guesses and hits given back, all at once: exactly the guesses are counted', () =>
      withSubject(open, async (subject) => {
        const { resetsAt } = await subject.port.hit('a', window, start);
        await race(subject, 90, async (port, index) => {
          await port.hit('a', window, start);
          if (index % 3 === 0) await port.release('a', resetsAt);
        });
        expect(await subject.port.peek('a', start)).toEqual({ count: 61, resetsAt });
      }));

    test('the sweep removes windows that ended', () =>
      withSubject(open, async ({ port, setNow, sweep, counts }) => {
        await port.hit('a', window, start);
        await port.hit('b', window, start + 1);
        const removed = await sweep(start + window);
        if (counts) expect(removed).toBe(1);
        setNow(start + window);
        expect(await port.peek('a', start + window)).toMatchObject({ count: 0 });
        expect(await port.peek('b', start + window)).toMatchObject({ count: 1 });
      }));
  });
}
