import type { Departure, Departures } from '@gakumon/idp';
import { openStores } from '@gakumon/stores';
import { GakumonError, minutes, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { watchDepartures } from './departureWatch.ts';

const named = (name: string) => name as Username;
const leaving = (username: string, more: Partial<Departure> = {}): Departure => ({
  username: named(username),
  at: 1000,
  as: 'gone',
  blockedUntil: 9000,
  identifiers: [`digest of ${username}`],
  ...more,
});

async function watch(departures: readonly Departure[], start: number) {
  const clock = { now: start };
  const stores = await openStores({
    records: { kind: 'memory' },
    sessions: { kind: 'records' },
    clock: () => clock.now,
  });
  await stores.departures.put(departures);
  const trouble = { isAway: false, lists: 0 };
  const records: Pick<Departures, 'list' | 'generation'> = {
    generation: async () => {
      if (trouble.isAway) throw new GakumonError('store-unavailable');
      return stores.departures.generation();
    },
    list: (now) => {
      trouble.lists += 1;
      return stores.departures.list(now);
    },
  };
  const watched = await watchDepartures(records, () => clock.now);
  return { ...watched, clock, trouble, departures: stores.departures };
}

describe('watchDepartures', () => {
  test('the day comes without anybody looking, and what is blocked is free again at the end', async () => {
    const { departureOf, isBlocked, clock } = await watch([leaving('s1')], 999);
    const look = () => [departureOf(named('s1')), isBlocked('digest of s1', named('s2'))];
    expect(look()).toEqual([undefined, false]);
    clock.now = 1000;
    expect(look()).toEqual([{ at: 1000, as: 'gone' }, true]);
    clock.now = 8999;
    expect(look()).toEqual([{ at: 1000, as: 'gone' }, true]);
    clock.now = 9000;
    expect(look()).toEqual([undefined, false]);
  });

  test('what names alumni stays theirs, and names nobody else', async () => {
    const { departureOf, isBlocked } = await watch([leaving('s1', { as: 'alumni' })], 2000);
    expect(departureOf(named('s1'))).toEqual({ at: 1000, as: 'alumni' });
    expect(isBlocked('digest of s1', named('s1'))).toBe(false);
    expect(isBlocked('digest of s1', named('s2'))).toBe(true);
    expect(isBlocked('another', named('s2'))).toBe(false);
  });

  test('whoever goes on under another login name is named by it, and nobody else is', async () => {
    const { isBlocked } = await watch([leaving('s1', { successor: named('f1') })], 2000);
    expect(['s1', 'f1', 'f2'].map((name) => isBlocked('digest of s1', named(name)))).toEqual([false, false, true]);
  });

  test('an identifier of two who left names neither in the place of the other', async () => {
    const shared = { identifiers: ['shared'] };
    const { isBlocked } = await watch([leaving('s1', shared), leaving('s2', shared)], 2000);
    expect(['s1', 's2', 's3'].map((name) => isBlocked('shared', named(name)))).toEqual([true, true, true]);
  });

  test('who leaves and who comes back is seen at the next look, and quiet records are read once a minute', async () => {
    const { departureOf, refresh, departures, trouble, clock } = await watch([], 2000);
    await departures.put([leaving('s1')]);
    expect(departureOf(named('s1'))).toBeUndefined();
    await refresh();
    expect(departureOf(named('s1'))).toBeDefined();
    await refresh();
    expect(trouble.lists).toBe(2);
    clock.now = minutes(1);
    await refresh();
    expect(trouble.lists).toBe(3);
    clock.now = 2000;
    await departures.remove(named('s1'));
    await refresh();
    expect(departureOf(named('s1'))).toBeUndefined();
  });

  test('records that are away bring nobody back', async () => {
    const { departureOf, refresh, trouble } = await watch([leaving('s1')], 2000);
    trouble.isAway = true;
    await expect(refresh()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(departureOf(named('s1'))).toBeDefined();
  });
});
