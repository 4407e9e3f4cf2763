import type { ServiceProviderUses } from '@gakumon/metadata';
import { newestUses, useKept } from '../changes/plausibleUses.ts';

/** Uses in memory, for tests. */
export function createMemoryServiceProviderUses(): ServiceProviderUses & { sweep(now: number): number } {
  const lastUsed = new Map<string, number>();
  return {
    async note(uses) {
      for (const { entityId, at } of newestUses(uses)) {
        lastUsed.set(entityId, Math.max(at, lastUsed.get(entityId) ?? 0));
      }
    },
    async listSince(since) {
      return newestUses([...lastUsed].map(([entityId, at]) => ({ entityId, at }))).filter(({ at }) => at >= since);
    },
    sweep(now) {
      const over = [...lastUsed].filter(([, at]) => at <= now - useKept);
      for (const [entityId] of over) lastUsed.delete(entityId);
      return over.length;
    },
  };
}
