import type { Case, Cases } from '@gakumon/idp';
import type { CaseReference } from '@gakumon/terms';
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

    test("a visitor's megabyte, a NUL and half a character are cut to what the ring pays for", () =>
      withSubject(open, async ({ port }) => {
        await port.record({ ...caseOf(1), detail: `\0${'x'.repeat(1_000_000)}`, username: 'a\ud800' });
        const kept = await port.find(referenceOf(1));
        expect(kept?.detail).toBe(`\uFFFD${'x'.repeat(999)}`);
        expect(kept?.username).toBe('a\uFFFD');
      }));
  });
}
