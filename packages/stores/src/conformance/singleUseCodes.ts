import type { SingleUseCodes } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const code = 'totp s1234567 59000000 287082';
const later = start + minutes(2);

/** What every SingleUseCodes promises. */
export function conformSingleUseCodes(engine: string, open: OpenSubject<SingleUseCodes>): void {
  describe(`SingleUseCodes over ${engine}`, () => {
    test('a code is good once, and no longer through any handle', () =>
      withSubject(open, async ({ port, peer }) => {
        expect(await port.use(code, later)).toBe(true);
        expect(await port.use(code, later)).toBe(false);
        expect(await peer.use(code, later)).toBe(false);
        expect(await peer.use(code, later + minutes(9))).toBe(false);
      }));

    test('another code is not touched, however alike', () =>
      withSubject(open, async ({ port, peer }) => {
        const alike = [code, `${code} `, code.toUpperCase(), `${code}\0`, code.slice(1), 'が', 'か\u3099', ''];
        for (const one of alike) expect([one, await port.use(one, later)]).toEqual([one, true]);
        for (const one of alike) expect([one, await peer.use(one, later)]).toEqual([one, false]);
      }));

    test('a code may be longer than a key of any engine', () =>
      withSubject(open, async ({ port }) => {
        const long = 'x'.repeat(100_000);
        expect(await port.use(`${long}1`, later)).toBe(true);
        expect(await port.use(`${long}2`, later)).toBe(true);
        expect(await port.use(`${long}1`, later)).toBe(false);
      }));

    test('a code that is no longer good is refused, whether it was used or not', () =>
      withSubject(open, async ({ port, setNow }) => {
        await port.use(code, later);
        setNow(later);
        expect(await port.use(code, later)).toBe(false);
        expect(await port.use('never used', later)).toBe(false);
        expect(await port.use('still good', later + 1)).toBe(true);
      }));

    test('replay around the sweep: a code stays used for as long as it would be good', () =>
      withSubject(open, async ({ port, setNow, sweep }) => {
        await port.use(code, later);
        setNow(later - 1);
        await sweep(later - 1);
        expect(await port.use(code, later)).toBe(false);
        setNow(later);
        await sweep(later);
        expect(await port.use(code, later)).toBe(false);
      }));

    test('two nodes that verify the same code at once: exactly one is told that it is good, a hundred times', () =>
      withSubject(open, async (subject) => {
        for (let round = 0; round < 100; round += 1) {
          const told = await race(subject, 2, (port) => port.use(`${code} ${round}`, later));
          expect(told.filter(Boolean)).toHaveLength(1);
        }
      }));

    test('of twenty who use a code at once exactly one succeeds', () =>
      withSubject(open, async (subject) => {
        const told = await race(subject, 20, (port) => port.use(code, later));
        expect(told.filter(Boolean)).toHaveLength(1);
      }));

    test('the sweep removes what is no longer good, and only that', () =>
      withSubject(open, async ({ port, setNow, sweep, counts }) => {
        await port.use(code, later);
        await port.use('longer', later + 1);
        const removed = await sweep(later);
        if (counts) expect(removed).toBe(1);
        setNow(later);
        expect(await port.use('longer', later + 1)).toBe(false);
      }));
  });
}
