import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { PageStates } from '../pageState/pageStates.ts';
import { type OpenSubject, start, withSubject } from './subject.ts';

const later = start + minutes(10);

/** What every PageStates promises. */
export function conformPageStates(engine: string, open: OpenSubject<PageStates>): void {
  describe(`PageStates over ${engine}`, () => {
    test('what was saved is found through any handle, and nothing else is', () =>
      withSubject(open, async ({ port, peer }) => {
        const state = '{"notice":"ログアウト\\n \\"\u{20bb7}"} \n 1 2';
        await port.save('id', state, later);
        expect(await peer.find('id')).toBe(state);
        for (const other of ['', 'ID', 'id ', 'i', '*']) expect(await peer.find(other)).toBeUndefined();
      }));

    test('what is saved again takes the place of what was there, with its end', () =>
      withSubject(open, async ({ port, peer, setNow }) => {
        await port.save('id', 'first', later + 1);
        await port.save('id', '', later);
        expect(await peer.find('id')).toBe('');
        setNow(later);
        expect(await peer.find('id')).toBeUndefined();
      }));

    test('what was removed is gone, and may be removed again', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.save('id', 'state', later);
        await port.save('other', 'kept', later);
        await peer.remove('id');
        await peer.remove('id');
        expect([await port.find('id'), await port.find('other')]).toEqual([undefined, 'kept']);
      }));

    test('it is over at its end', () =>
      withSubject(open, async ({ port, setNow }) => {
        await port.save('id', 'state', later);
        setNow(later - 1);
        expect(await port.find('id')).toBe('state');
        setNow(later);
        expect(await port.find('id')).toBeUndefined();
      }));
  });
}
