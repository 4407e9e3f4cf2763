import type { Departure, Departures } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import { furthestTime, succeed } from '../changes/plausibleDepartures.ts';

/** Departures in memory, for tests. */
export function createMemoryDepartures(): Departures & { sweep(now: number): number } {
  const kept = new Map<Username, Departure>();
  let generation = 0;
  const isTime = (time: number): boolean => time >= 0 && time <= furthestTime;
  return {
    async put(departures) {
      for (const departure of departures) {
        kept.set(departure.username, succeed(kept.get(departure.username), departure));
      }
      if (departures.length > 0) generation += 1;
    },
    async remove(username) {
      const existed = kept.delete(username);
      if (existed) generation += 1;
      return existed;
    },
    list: async (now) =>
      [...kept.values()]
        .filter(({ at, blockedUntil }) => now < blockedUntil && isTime(at) && isTime(blockedUntil))
        .sort((a, b) => (a.username < b.username ? -1 : 1)),
    generation: async () => generation,
    sweep(now) {
      const over = [...kept.values()].filter(({ blockedUntil }) => blockedUntil <= now);
      for (const { username } of over) kept.delete(username);
      return over.length;
    },
  };
}
