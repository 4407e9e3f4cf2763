import type { Revocation, Revocations } from '@gakumon/idp';
import { hours, type SessionId, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const student = 's1234567' as Username;
const ofSession = (index: number): Revocation => ({
  username: student,
  session: `${index}`.padStart(22, '-') as SessionId,
  at: start + index,
  keepUntil: start + hours(8) + index,
});
const ofPerson: Revocation = {
  username: student,
  session: undefined,
  except: 'the-one-that-is-kept--' as SessionId,
  at: start,
  keepUntil: start + hours(8),
};

const inOrder = (revocations: readonly Revocation[]) => [...revocations].sort((a, b) => a.at - b.at);

/** What every Revocations promises. */
export function conformRevocations(engine: string, open: OpenSubject<Revocations>): void {
  describe(`Revocations over ${engine}`, () => {
    test('what is added is listed through every handle, complete', () =>
      withSubject(open, async ({ port, peer }) => {
        expect(await port.list(start)).toEqual([]);
        await port.add(ofPerson);
        await peer.add(ofSession(1));
        expect(inOrder(await port.list(start))).toEqual([ofPerson, ofSession(1)]);
        expect(inOrder(await peer.list(start))).toEqual([ofPerson, ofSession(1)]);
      }));

    test('what no session can be left for is not listed', () =>
      withSubject(open, async ({ port }) => {
        await port.add(ofSession(1));
        await port.add(ofSession(2));
        expect(inOrder(await port.list(ofSession(1).keepUntil - 1))).toEqual([ofSession(1), ofSession(2)]);
        expect(await port.list(ofSession(1).keepUntil)).toEqual([ofSession(2)]);
      }));

    test('attack: what cannot have been ordered by a node is not listed, and hides nothing', () =>
      withSubject(open, async ({ port }) => {
        const most = Number.MAX_SAFE_INTEGER;
        await port.add({ ...ofPerson, keepUntil: most });
        await port.add({ ...ofPerson, at: start + hours(25) });
        await port.add({ ...ofPerson, at: -1 });
        await port.add({ ...ofPerson, at: most, keepUntil: most });
        await port.add(ofSession(1));
        expect(await port.list(start)).toEqual([ofSession(1)]);
      }));

    test('each addition raises the generation, for all, and nothing else does', () =>
      withSubject(open, async ({ port, peer, sweep }) => {
        const first = await port.generation();
        await port.add(ofSession(1));
        const second = await peer.generation();
        expect(second).toBeGreaterThan(first);
        await peer.add(ofPerson);
        const third = await port.generation();
        expect(third).toBeGreaterThan(second);
        await port.list(start);
        await sweep(ofSession(1).keepUntil);
        expect(await peer.generation()).toBe(third);
      }));

    test('one that is written twice, by a second try, does no harm', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.add(ofSession(1));
        const before = await port.generation();
        await peer.add(ofSession(1));
        expect(await port.generation()).toBeGreaterThan(before);
        for (const listed of await port.list(start)) expect(listed).toEqual(ofSession(1));
        expect((await port.list(start)).length).toBeGreaterThan(0);
      }));

    test('twenty at once are all there, and none shares its generation with another', () =>
      withSubject(open, async (subject) => {
        const first = await subject.port.generation();
        await race(subject, 20, (port, index) => port.add(ofSession(index)));
        expect(await subject.peer.generation()).toBeGreaterThanOrEqual(first + 20);
        expect(inOrder(await subject.peer.list(start))).toEqual(Array.from({ length: 20 }, (_, i) => ofSession(i)));
      }));

    test('who has seen a generation has been able to see all that it counts', () =>
      withSubject(open, async (subject) => {
        const adding = race(subject, 20, (port, index) => port.add(ofSession(index)));
        const first = 0;
        for (let looks = 0; looks < 20; looks += 1) {
          const generation = await subject.peer.generation();
          const listed = await subject.peer.list(start);
          expect(listed.length).toBeGreaterThanOrEqual(generation - first);
        }
        await adding;
        expect(await subject.port.list(start)).toHaveLength(20);
      }));

    test('the sweep removes those that no session can be left for, and only those', () =>
      withSubject(open, async ({ port, sweep, counts }) => {
        await port.add(ofSession(1));
        await port.add(ofSession(2));
        const removed = await sweep(ofSession(1).keepUntil);
        if (counts) expect([removed, await port.list(start)]).toEqual([1, [ofSession(2)]]);
        expect(await port.list(ofSession(1).keepUntil)).toEqual([ofSession(2)]);
      }));
  });
}
