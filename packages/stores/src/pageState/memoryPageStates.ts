import type { Clock } from '@gakumon/terms';
import type { PageStates } from './pageStates.ts';

/** More people than look at their own pages within minutes. */
const defaultCapacity = 2_000;

/**
 * Page states in the memory of this process alone.
 * @param capacity beyond it the one that was written first goes: unlike a mark that stops a replay, it protects nothing
 */
export function createMemoryPageStates(clock: Clock, capacity: number = defaultCapacity): PageStates {
  const entries = new Map<string, { readonly state: string; readonly expiresAt: number }>();
  return {
    async find(id) {
      const entry = entries.get(id);
      return entry !== undefined && clock() < entry.expiresAt ? entry.state : undefined;
    },
    async save(id, state, expiresAt) {
      entries.delete(id);
      const [first] = entries.keys();
      if (first !== undefined && entries.size >= capacity) entries.delete(first);
      entries.set(id, { state, expiresAt });
    },
    remove: async (id) => void entries.delete(id),
  };
}
