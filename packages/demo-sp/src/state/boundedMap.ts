export type BoundedMap<Value> = {
  get(key: string): Value | undefined;
  /** Gets and removes: for what may be used once. */
  take(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
};

/**
 * A map that forgets: entries older than `lifetime`, and the oldest when it is full. So nobody's requests grow the
 * memory of the process without end.
 * @param lifetime milliseconds
 */
export function boundedMap<Value>(settings: {
  readonly capacity: number;
  readonly lifetime: number;
  readonly now: () => number;
}): BoundedMap<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  const get = (key: string): Value | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > settings.now() ? entry.value : undefined;
  };
  return {
    get,
    take: (key) => {
      const value = get(key);
      entries.delete(key);
      return value;
    },
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, { value, until: settings.now() + settings.lifetime });
      const [oldest] = entries.keys();
      if (entries.size > settings.capacity && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => void entries.delete(key),
  };
}
