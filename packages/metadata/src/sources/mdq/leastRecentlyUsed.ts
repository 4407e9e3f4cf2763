/** A map that holds only so many, and lets go of what was not used for longest. */
export type LeastRecentlyUsed<V> = {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly values: () => IterableIterator<V>;
  readonly size: () => number;
};

export type Bounds<V> = {
  /** How many. */
  readonly most: number;
  /** What all of them may weigh together; the last one is kept however heavy it is. */
  readonly heaviest?: number;
  readonly weightOf?: (value: V) => number;
};

/** @param dropped gets the key of each that had to go */
export function createLeastRecentlyUsed<V>(
  { most, heaviest = Number.POSITIVE_INFINITY, weightOf = () => 0 }: Bounds<V>,
  dropped: (key: string) => void = () => {},
): LeastRecentlyUsed<V> {
  // A Map keeps the order in which keys came.
  const kept = new Map<string, V>();
  let weight = 0;
  function remove(key: string): void {
    const value = kept.get(key);
    if (kept.delete(key) && value !== undefined) weight -= weightOf(value);
  }
  function set(key: string, value: V): void {
    remove(key);
    kept.set(key, value);
    weight += weightOf(value);
    for (const oldest of kept.keys()) {
      if ((kept.size <= most && weight <= heaviest) || oldest === key) return;
      remove(oldest);
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
    delete: remove,
    values: () => kept.values(),
    size: () => kept.size,
  };
}
