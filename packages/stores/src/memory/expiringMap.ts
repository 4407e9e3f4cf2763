import { GakumonError } from '@gakumon/terms';

/** A map whose entries end, and which refuses to grow beyond its capacity. */
export type ExpiringMap<V> = {
  get(key: string, now: number): V | undefined;
  /** @throws GakumonError `store-unavailable` when it is full of entries that have not expired */
  set(key: string, value: V, expiresAt: number, now: number): void;
  delete(key: string): void;
  values(now: number): V[];
  /** @returns how many entries went */
  sweep(now: number): number;
};

/** @param capacity entries; a full map refuses new ones instead of forgetting a mark that stops a replay */
export function createExpiringMap<V>(capacity: number): ExpiringMap<V> {
  const entries = new Map<string, { value: V; expiresAt: number }>();
  const sweep = (now: number): number => {
    const before = entries.size;
    for (const [key, entry] of entries) if (entry.expiresAt <= now) entries.delete(key);
    return before - entries.size;
  };
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry !== undefined && now < entry.expiresAt ? entry.value : undefined;
    },
    set(key, value, expiresAt, now) {
      if (!entries.has(key) && entries.size >= capacity && sweep(now) === 0) {
        throw new GakumonError('store-unavailable', { detail: `the memory store is full (${capacity} entries)` });
      }
      entries.set(key, { value, expiresAt });
    },
    delete: (key) => void entries.delete(key),
    values: (now) => [...entries.values()].filter((entry) => now < entry.expiresAt).map((entry) => entry.value),
    sweep,
  };
}
