import type { Revocation, Revocations } from '@gakumon/idp';
import { isListed } from '../plausibleRevocation.ts';

/** Revocations in memory, for tests. */
export function createMemoryRevocations(): Revocations & { sweep(now: number): number } {
  let kept: readonly Revocation[] = [];
  let generation = 0;
  return {
    async add(revocation) {
      kept = [...kept, { ...revocation }];
      generation += 1;
    },
    list: async (now) => kept.filter((revocation) => isListed(revocation, now)),
    generation: async () => generation,
    sweep(now) {
      const before = kept.length;
      kept = kept.filter(({ keepUntil }) => now < keepUntil);
      return before - kept.length;
    },
  };
}
