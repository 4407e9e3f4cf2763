/** A map that holds only so many, and lets go of what was not used for longest. */
export type LeastRecentlyUsed<V> = {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly values: () => IterableIterator<V>;
  readonly size: () => number;
};

/** @param dropped gets the key of each that had to go */
export function createLeastRecentlyUsed<V>(
  most: number,
  dropped: (key: string) => void = () => {},
): LeastRecentlyUsed<V> {
  // A Map keeps the order in which keys came.
  const kept = new Map<string, V>();
  function set(key: string, value: V): void {
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) return;
      kept.delete(oldest);
      dropped(oldest);
    }
  }
  return {
    get: (key) => {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => {
      kept.delete(key);
    },
    values: () => kept.values(),
    size: () => kept.size,
  };
}
