/** A map that holds only so many, and lets go of what was not asked for longest. */
export type BoundedCache<V> = {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly size: () => number;
};

/** @param most how many; with 0 nothing is kept */
export function createBoundedCache<V>(most: number): BoundedCache<V> {
  // A Map keeps the order in which keys came.
  const kept = new Map<string, V>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) return;
        kept.delete(oldest);
      }
    },
    delete: (key) => void kept.delete(key),
    size: () => kept.size,
  };
}
