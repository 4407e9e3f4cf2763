import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { activateNextKey, addNextKey, reactivateFormerKey, retireKeys, setPublished } from './changeSamlKeys.ts';
import { parseSamlKeyList, type SamlKeyList } from './samlKeyList.ts';

const first = parseSamlKeyList('', 'x');
const start = Date.parse('2026-04-08T09:00:00Z');
const days = (count: number): number => hours(24 * count);
const next = { use: 'signing', key: 'n.key', certificate: 'n.crt', added: start, published: start } as const;
const waiting = addNextKey(first, next);
const states = (list: SamlKeyList) =>
  list.filter(({ use }) => use === 'signing').map(({ key, state }) => `${key} ${state}`);
const activate = (list: SamlKeyList, now: number, force = false) => activateNextKey(list, 'signing', { now, force });

describe('the way of a key', () => {
  test('next, current, former, retired; nothing of it touches the other use', () => {
    expect(states(waiting)).toEqual(['signing.key current', 'n.key next']);
    const active = activate(waiting, start + days(15));
    expect(states(active)).toEqual(['signing.key former', 'n.key current']);
    const retired = retireKeys(active, 'signing', { state: 'former', now: start + days(20) });
    expect(states(retired)).toEqual(['signing.key retired', 'n.key current']);
    expect(retired.filter(({ use }) => use === 'encryption')).toEqual(first.slice(1));
  });

  test('is not cut short: fifteen days to the millisecond, unless forced', () => {
    const early = start + days(15) - 1;
    expect(() => activate(waiting, early)).toThrow(
      expect.objectContaining({
        code: 'key-too-new',
        detail: expect.stringContaining('from 2026-04-23T09:00:00Z'),
      }),
    );
    expect(states(activate(waiting, early, true))).toEqual(['signing.key former', 'n.key current']);
  });

  test('attack: a list that does not say since when the next key is published activates nothing, unless forced', () => {
    const unknown = waiting.map(({ published: _, ...entry }) => entry);
    expect(() => activate(unknown, start + days(400))).toThrow(
      expect.objectContaining({ code: 'key-too-new', hint: expect.stringContaining('keys published signing') }),
    );
    expect(states(activate(unknown, start, true))).toContain('n.key current');
    const told = setPublished(unknown, 'signing', start);
    expect(states(activate(told, start + days(15)))).toContain('n.key current');
  });

  test('waits from the day on which the federation published it, never from before it was there', () => {
    const later = setPublished(waiting, 'signing', start + days(4));
    expect(() => activate(later, start + days(18))).toThrow(expect.objectContaining({ code: 'key-too-new' }));
    expect(states(activate(later, start + days(19)))).toContain('n.key current');
    const backdated = setPublished(waiting, 'signing', start - days(30));
    expect(() => activate(backdated, start + days(1))).toThrow(expect.objectContaining({ code: 'key-too-new' }));
  });

  test('goes back: the former key signs again, and the other waits as before', () => {
    const active = activate(waiting, start + days(15));
    const back = reactivateFormerKey(active, 'signing', start + days(16));
    expect(states(back)).toEqual(['signing.key current', 'n.key next']);
    expect(back.find(({ key }) => key === 'n.key')).toMatchObject({ published: start });
    expect(states(activate(back, start + days(17)))).toEqual(['signing.key former', 'n.key current']);
  });

  test('of several former ones goes back to the last', () => {
    const once = activate(waiting, start + days(15));
    const twice = activate(addNextKey(once, { ...next, key: 'm.key', certificate: 'm.crt' }), start + days(40));
    expect(states(reactivateFormerKey(twice, 'signing', start + days(41)))).toEqual([
      'signing.key former',
      'n.key current',
      'm.key next',
    ]);
  });

  test('may be broken off before it begins', () => {
    expect(states(retireKeys(waiting, 'signing', { state: 'next', now: start }))).toEqual([
      'signing.key current',
      'n.key retired',
    ]);
  });

  test.each([
    ['a second next key', 'key-in-use', () => addNextKey(waiting, next)],
    ['activating none', 'usage-wrong', () => activate(first, start)],
    ['publishing none', 'usage-wrong', () => setPublished(first, 'signing', start)],
    ['going back to none', 'usage-wrong', () => reactivateFormerKey(waiting, 'signing', start)],
    ['retiring none', 'usage-wrong', () => retireKeys(waiting, 'signing', { state: 'former', now: start })],
    [
      'going back while another waits',
      'usage-wrong',
      () => reactivateFormerKey(addNextKey(activate(waiting, start, true), next), 'signing', start),
    ],
  ])('%s is refused', (_, code, change) => {
    expect(change).toThrow(expect.objectContaining({ code }));
  });
});
