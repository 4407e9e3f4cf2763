import type { ServiceProviderUse, ServiceProviderUses } from '@gakumon/metadata';
import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const useOf = (index: number, at = start): ServiceProviderUse => ({ entityId: `https://sp${index}.example.org`, at });
const days = (count: number): number => hours(24 * count);

const inOrder = (uses: readonly ServiceProviderUse[]) =>
  uses.map(({ entityId, at }) => ({ entityId, at })).sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
const listed = async (port: ServiceProviderUses, since = 0) => inOrder(await port.listSince(since));

/** What every ServiceProviderUses promises. */
export function conformServiceProviderUses(engine: string, open: OpenSubject<ServiceProviderUses>): void {
  describe(`ServiceProviderUses over ${engine}`, () => {
    describeNoting(open);
    describeRaces(open);
  });
}

function describeNoting(open: OpenSubject<ServiceProviderUses>): void {
  test('what is noted is listed through every handle, from a moment on', () =>
    withSubject(open, async ({ port, peer }) => {
      expect(await port.listSince(0)).toEqual([]);
      await port.note([]);
      await port.note([useOf(1), useOf(2, start + 1)]);
      await peer.note([useOf(3, start + 2)]);
      expect(await listed(peer)).toEqual([useOf(1), useOf(2, start + 1), useOf(3, start + 2)]);
      expect(await listed(port, start + 1)).toEqual([useOf(2, start + 1), useOf(3, start + 2)]);
      expect(await port.listSince(start + 3)).toEqual([]);
    }));

  test('the newest use of each counts, in whatever order they come', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.note([useOf(1, start + 5), useOf(1, start + 9), useOf(1, start)]);
      await peer.note([useOf(1, start + 7), useOf(2, start + 7)]);
      expect(await listed(port)).toEqual([useOf(1, start + 9), useOf(2, start + 7)]);
      await peer.note([useOf(2, start + 8)]);
      expect(await listed(port)).toEqual([useOf(1, start + 9), useOf(2, start + 8)]);
    }));

  test('as many as eduGAIN has, at once and again', () =>
    withSubject(open, async ({ port }) => {
      const uses = Array.from({ length: 10_111 }, (_, index) => useOf(index));
      await port.note(uses);
      await port.note(uses.map((use) => ({ ...use, at: start + 1 })));
      const all = await port.listSince(start);
      expect([all.length, new Set(all.map(({ at }) => at))]).toEqual([10_111, new Set([start + 1])]);
    }));

  test('attack: a name or a time that nobody has takes no place, and the others are noted', () =>
    withSubject(open, async ({ port }) => {
      const longest = { entityId: `https://sp.example.org/${'学'.repeat(1001)}`, at: start };
      await port.note([
        { entityId: `${longest.entityId}x`, at: start },
        { entityId: 'https://nul.example/\0', at: start },
        { entityId: 'https://half.example/\ud800', at: start },
        useOf(7, -1),
        useOf(7, 0.5),
        useOf(7, Number.NaN),
        useOf(7, Number.MAX_SAFE_INTEGER),
        useOf(1),
        longest,
      ]);
      expect(await listed(port)).toEqual(inOrder([longest, useOf(1)]));
    }));

  test('the sweep forgets what nobody has used for more than a year, and nothing else', () =>
    withSubject(open, async ({ port, peer, sweep, counts }) => {
      await port.note([useOf(1, start - days(400)), useOf(2, start - days(400) + 1), useOf(3, start - days(90))]);
      const removed = await sweep(start);
      if (counts) expect(removed).toBe(1);
      expect(await listed(peer, start - days(399))).toEqual([useOf(3, start - days(90))]);
      if (counts) expect(await peer.listSince(0)).toHaveLength(2);
    }));
}

function describeRaces(open: OpenSubject<ServiceProviderUses>): void {
  test('twenty nodes that note the same ones at once, in any order: the newest of each is there', () =>
    withSubject(open, async (subject) => {
      const ids = Array.from({ length: 25 }, (_, index) => index);
      await race(subject, 20, (port, round) => {
        const uses = ids.map((id) => useOf(id, start + ((round * 7 + id) % 20)));
        return port.note(round % 3 === 0 ? uses.reverse() : uses);
      });
      expect(await listed(subject.peer)).toEqual(inOrder(ids.map((id) => useOf(id, start + 19))));
    }));

  test('one that is used again while the sweep runs stays', () =>
    withSubject(open, async (subject) => {
      const ids = Array.from({ length: 30 }, (_, index) => index);
      await subject.port.note(ids.map((id) => useOf(id, start - days(500))));
      await Promise.all([subject.sweep(start), race(subject, 10, (port) => port.note(ids.map((id) => useOf(id))))]);
      expect(await listed(subject.peer, start)).toEqual(inOrder(ids.map((id) => useOf(id))));
    }));
}
