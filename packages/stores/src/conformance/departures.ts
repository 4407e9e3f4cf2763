import type { Departure, Departures } from '@gakumon/idp';
import { hours, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const departureOf = (index: number, changes: Partial<Departure> = {}): Departure => ({
  username: `s${`${index}`.padStart(7, '0')}` as Username,
  at: start + index,
  as: 'gone',
  blockedUntil: start + hours(24 * 731) + index,
  identifiers: [`digest-${index}`, 'x'.repeat(32)],
  ...changes,
});
const alumni: Partial<Departure> = { as: 'alumni' };

/** What every Departures promises. */
export function conformDepartures(engine: string, open: OpenSubject<Departures>): void {
  describe(`Departures over ${engine}`, () => {
    test('what is put is listed through every handle, complete, by name; a later one takes its place', () =>
      withSubject(open, async ({ port, peer }) => {
        expect(await port.list(start)).toEqual([]);
        await port.put([departureOf(2, alumni), departureOf(1)]);
        await peer.put([departureOf(3), departureOf(1, alumni)]);
        expect(await port.list(start)).toEqual([departureOf(1, alumni), departureOf(2, alumni), departureOf(3)]);
      }));

    test('of one that stands twice in a file the last counts', () =>
      withSubject(open, async ({ port }) => {
        await port.put([departureOf(1), departureOf(1, alumni)]);
        expect(await port.list(start)).toEqual([departureOf(1, alumni)]);
      }));

    test('attack: who is put again with less is named by all of it still', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.put([departureOf(1, { identifiers: ['a', 'b', 'c'] }), departureOf(2, { identifiers: ['x'] })]);
        await peer.put([departureOf(1, { identifiers: ['d', 'b'], as: 'alumni' }), departureOf(3)]);
        const both = departureOf(1, { identifiers: ['a', 'b', 'c', 'd'], as: 'alumni' });
        expect(await port.list(start)).toEqual([both, departureOf(2, { identifiers: ['x'] }), departureOf(3)]);
        await peer.put([departureOf(2, { identifiers: ['y'] }), departureOf(2, { identifiers: ['z'] })]);
        expect((await port.list(start))[1]?.identifiers).toEqual(['x', 'y', 'z']);
      }));

    test('what somebody of the same name was named by long ago is theirs no more', () =>
      withSubject(open, async ({ port }) => {
        await port.put([departureOf(1, { identifiers: ['old'], blockedUntil: start + 5 })]);
        await port.put([departureOf(1, { identifiers: ['new'], at: start + 5 })]);
        expect(await port.list(start)).toMatchObject([{ identifiers: ['new'] }]);
      }));

    test('under which name somebody goes on is kept, until they are put without', () =>
      withSubject(open, async ({ port, peer }) => {
        const going = departureOf(1, { successor: departureOf(7).username });
        await port.put([going]);
        expect(await peer.list(start)).toEqual([going]);
        await port.put([departureOf(1)]);
        expect(await peer.list(start)).toEqual([departureOf(1)]);
      }));

    test('two who put the same one at once: nothing that named somebody is lost', () =>
      withSubject(open, async (subject) => {
        await race(subject, 10, (port, index) => port.put([departureOf(1, { identifiers: [`digest ${index}`] })]));
        expect((await subject.peer.list(start))[0]?.identifiers).toHaveLength(10);
      }));

    test('a whole year of graduates at once', () =>
      withSubject(open, async ({ port, peer }) => {
        const all = Array.from({ length: 3217 }, (_, index) => departureOf(index));
        await port.put(all);
        expect(await peer.list(start)).toEqual(all);
      }));

    test('all or none: whoever looks meanwhile sees no half of a file', () =>
      withSubject(open, async ({ port, peer }) => {
        const all = Array.from({ length: 250 }, (_, index) => departureOf(index));
        const broken = { ...departureOf(999), at: 0.5 };
        if (await fails(port.put([...all, broken]))) expect(await peer.list(start)).toEqual([]);
        const putting = port.put(all);
        for (let looks = 0; looks < 10; looks += 1) {
          const seen = (await peer.list(start)).filter(({ username }) => username !== broken.username);
          expect([0, 250]).toContain(seen.length);
        }
        await putting;
      }));

    test('who is taken back is listed no more', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.put([departureOf(1), departureOf(2)]);
        expect(await peer.remove(departureOf(1).username)).toBe(true);
        expect(await port.remove(departureOf(1).username)).toBe(false);
        expect(await port.list(start)).toEqual([departureOf(2)]);
      }));

    test('each change raises the generation, for all, and nothing else does', () =>
      withSubject(open, async ({ port, peer, sweep }) => {
        const first = await port.generation();
        await port.put([departureOf(1)]);
        const second = await peer.generation();
        expect(second).toBeGreaterThan(first);
        await peer.remove(departureOf(1).username);
        const third = await port.generation();
        expect(third).toBeGreaterThan(second);
        await peer.remove(departureOf(1).username);
        await port.put([]);
        await port.list(start);
        await sweep(start);
        expect(await peer.generation()).toBe(third);
      }));

    test('what is blocked no more is not listed, and swept', () =>
      withSubject(open, async ({ port, sweep, counts }) => {
        await port.put([departureOf(1), departureOf(2)]);
        const end = departureOf(1).blockedUntil;
        expect(await port.list(end - 1)).toHaveLength(2);
        expect(await port.list(end)).toEqual([departureOf(2)]);
        const removed = await sweep(end);
        if (counts) expect([removed, await port.list(start)]).toEqual([1, [departureOf(2)]]);
      }));

    test('attack: a time that nobody can have written hides nothing', () =>
      withSubject(open, async ({ port }) => {
        const most = Number.MAX_SAFE_INTEGER;
        await port.put([
          departureOf(1, { blockedUntil: most }),
          departureOf(2, { at: most }),
          departureOf(3, { at: -1 }),
        ]);
        await port.put([departureOf(4)]);
        expect(await port.list(start)).toEqual([departureOf(4)]);
      }));

    test('twenty files at once, in any order: all are there', () =>
      withSubject(open, async (subject) => {
        const all = Array.from({ length: 30 }, (_, index) => departureOf(index));
        const first = await subject.port.generation();
        await race(subject, 20, (port, index) => port.put(index % 2 === 0 ? all : all.toReversed()));
        expect(await subject.peer.list(start)).toEqual(all);
        expect(await subject.port.generation()).toBeGreaterThanOrEqual(first + 20);
      }));
  });
}

const fails = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );
