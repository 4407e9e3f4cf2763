import type { History, HistoryEvent } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const student = 's1234567' as Username;
const eventOf = (index: number, changes: Partial<HistoryEvent> = {}): HistoryEvent => ({
  id: `_${index}`,
  at: start + index,
  kind: 'sign-on',
  username: student,
  actor: 'person',
  serviceProvider: 'https://sp.example.ac.jp/shibboleth',
  session: 'abcdefghijklmnopqrstu-' as SessionId,
  address: '2001:db8::1',
  detail: '「理由」',
  ...changes,
});
const ended: Partial<HistoryEvent> = {
  kind: 'sessions-ended',
  actor: 'operator',
  serviceProvider: undefined,
  session: undefined,
  address: undefined,
  detail: undefined,
};
const indexes = (events: readonly HistoryEvent[]): number[] => events.map(({ at }) => at - start);

/** What every History promises. */
export function conformHistory(engine: string, open: OpenSubject<History>): void {
  describe(`History over ${engine}`, () => {
    test('what is appended is listed, complete, the newest first', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.append([eventOf(1), eventOf(3)]);
        await peer.append([eventOf(2, ended)]);
        expect(await peer.listOfPerson(student, 10)).toEqual([eventOf(3), eventOf(2, ended), eventOf(1)]);
      }));

    test('of one person, and as many as are asked for', () =>
      withSubject(open, async ({ port }) => {
        const other = 's12345678' as Username;
        await port.append([eventOf(1), eventOf(2), eventOf(3), eventOf(4, { username: other })]);
        expect(indexes(await port.listOfPerson(student, 2))).toEqual([3, 2]);
        expect(indexes(await port.listOfPerson(other, 2))).toEqual([4]);
        expect(await port.listOfPerson('s' as Username, 2)).toEqual([]);
      }));

    test('nothing to append is no error', () =>
      withSubject(open, async ({ port }) => {
        await port.append([]);
        expect(await port.listOfPerson(student, 10)).toEqual([]);
      }));

    test('a batch whose answer was lost and that is sent again is there once', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.append([eventOf(1), eventOf(2)]);
        await peer.append([eventOf(1), eventOf(2), eventOf(3)]);
        await port.append([eventOf(4), eventOf(4)]);
        expect(indexes(await port.listOfPerson(student, 10))).toEqual([4, 3, 2, 1]);
      }));

    test('a large batch is there to the last event', () =>
      withSubject(open, async ({ port }) => {
        await port.append(Array.from({ length: 3000 }, (_, index) => eventOf(index)));
        const listed = await port.listOfPerson(student, 5000);
        expect(listed).toHaveLength(3000);
        expect([listed.at(0)?.id, listed.at(-1)?.id]).toEqual(['_2999', '_0']);
      }));

    test('batches of many nodes at once are all there', () =>
      withSubject(open, async (subject) => {
        await race(subject, 20, (port, index) => port.append([eventOf(2 * index), eventOf(2 * index + 1)]));
        const expected = Array.from({ length: 40 }, (_, index) => 39 - index);
        expect(indexes(await subject.peer.listOfPerson(student, 100))).toEqual(expected);
      }));

    test('a megabyte, a NUL and half a character are cut to what the history pays for', () =>
      withSubject(open, async ({ port }) => {
        await port.append([eventOf(1, { detail: `\0${'x'.repeat(1_000_000)}`, address: 'a\ud800' })]);
        const [kept] = await port.listOfPerson(student, 1);
        expect(kept?.detail).toBe(`\uFFFD${'x'.repeat(999)}`);
        expect(kept?.address).toBe('a\uFFFD');
      }));
  });
}
