import type { Case, CaseEvent, Cases } from '@gakumon/idp';
import type { AttemptId, CaseReference } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const referenceOf = (index: number) => `K${index}` as CaseReference;
const caseOf = (index: number): Case => ({
  reference: referenceOf(index),
  at: start + index,
  code: 'service-unknown',
  detail: '「理由」',
  serviceProvider: 'https://sp.example.ac.jp/shibboleth',
  username: undefined,
  address: '192.0.2.1',
});

const attemptOf = (name: string) => name as AttemptId;
const eventOf = (index: number): CaseEvent => ({ at: start + index, kind: 'tried', text: `「${index}」` });

/**
 * What every Cases promises.
 * @param capacity the ring that `open` makes holds this many
 */
export function conformCases(engine: string, capacity: number, open: OpenSubject<Cases>): void {
  const found = async (cases: Cases, upTo: number) => {
    const all = await Promise.all(Array.from({ length: upTo }, (_, index) => cases.find(referenceOf(index))));
    return all.filter((it) => it !== undefined).map((it) => it.at - start);
  };

  describe(`Cases over ${engine}`, () => {
    test('what is recorded is found by its reference, complete', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.record(caseOf(1));
        expect(await peer.find(referenceOf(1))).toEqual(caseOf(1));
        expect(await port.find(referenceOf(2))).toBeUndefined();
      }));

    test('a flood of refusals pushes out the oldest and takes no more room', () =>
      withSubject(open, async ({ port }) => {
        const total = capacity * 2 + 3;
        for (let index = 0; index < total; index += 1) await port.record(caseOf(index));
        expect(await found(port, total)).toEqual(Array.from({ length: capacity }, (_, i) => total - capacity + i));
      }));

    test('as many at once as the ring holds are all kept', () =>
      withSubject(open, async (subject) => {
        await race(subject, capacity, (port, index) => port.record(caseOf(index)));
        expect(await found(subject.port, capacity)).toHaveLength(capacity);
      }));

    test('its login and what led to it are kept, in their order', () =>
      withSubject(open, async ({ port, peer }) => {
        const entry: Case = { ...caseOf(1), attempt: attemptOf('a'), timeline: [eventOf(1), eventOf(2)] };
        await port.record(entry);
        await port.record({ ...caseOf(2), timeline: [] });
        expect(await peer.find(referenceOf(1))).toEqual(entry);
        expect((await peer.find(referenceOf(2)))?.timeline).toEqual([]);
      }));

    test('all refusals of one login are listed, oldest first, and none of another', () =>
      withSubject(open, async ({ port, peer }) => {
        // Round the ring, so that its oldest is not in its first place
        for (let index = 0; index < capacity + 3; index += 1) {
          await port.record({ ...caseOf(index), attempt: attemptOf(index % 2 === 0 ? 'a' : 'b') });
        }
        await port.record({ ...caseOf(99), detail: '"a"' });
        const listed = await peer.listOfAttempt(attemptOf('a'));
        const even = Array.from({ length: capacity + 3 }, (_, index) => index).filter((index) => index % 2 === 0);
        expect(listed.map(({ at }) => at - start)).toEqual(even.filter((index) => index > 3));
        expect(listed[0]).toEqual({ ...caseOf(listed[0]?.at ? listed[0].at - start : 0), attempt: attemptOf('a') });
        for (const strange of ['', '%', '*', '"', 'A', 'a"', '\\', 'null']) {
          expect(await peer.listOfAttempt(attemptOf(strange))).toEqual([]);
        }
      }));

    test('attack: of a login of a thousand tries the last forty are written down', () =>
      withSubject(open, async ({ port }) => {
        const timeline = Array.from({ length: 1000 }, (_, index) => eventOf(index));
        await port.record({ ...caseOf(1), timeline });
        expect((await port.find(referenceOf(1)))?.timeline).toEqual(timeline.slice(-40));
      }));

    test('attack: long texts in what led to it are cut short, and are no more than a few pages together', () =>
      withSubject(open, async ({ port }) => {
        const timeline = Array.from({ length: 50 }, (_, at) => ({
          ...eventOf(at),
          text: `${at}\0${'学'.repeat(5000)}`,
        }));
        await port.record({ ...caseOf(1), timeline });
        const kept = (await port.find(referenceOf(1)))?.timeline ?? [];
        expect(kept).toHaveLength(13);
        expect(kept.at(-1)).toEqual({ ...eventOf(49), text: `49\uFFFD${'学'.repeat(297)}` });
      }));

    test("a visitor's megabyte, a NUL and half a character are cut to what the ring pays for", () =>
      withSubject(open, async ({ port }) => {
        await port.record({ ...caseOf(1), detail: `\0${'x'.repeat(1_000_000)}`, username: 'a\ud800' });
        const kept = await port.find(referenceOf(1));
        expect(kept?.detail).toBe(`\uFFFD${'x'.repeat(999)}`);
        expect(kept?.username).toBe('a\uFFFD');
      }));
  });
}
