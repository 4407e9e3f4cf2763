/** Those who wait, in one lane for each key; the lanes take turns, and within a lane the first to come is the first. */
export type WaitingLanes<T> = {
  readonly size: () => number;
  /** How many wait in one lane. */
  readonly lengthOf: (key: string) => number;
  readonly add: (key: string, waiter: T) => void;
  /** Takes out the one whose turn it is. */
  readonly takeNext: () => T | undefined;
  /** Takes out the last comer of the longest lane, when that lane is longer than `length`. */
  readonly takeLastOfLonger: (length: number) => T | undefined;
  /** Takes out one who does not wait any more. */
  readonly remove: (key: string, waiter: T) => void;
};

/** Makes lanes without anybody in them. */
export function createWaitingLanes<T>(): WaitingLanes<T> {
  // In the order of their turns: a lane that was served goes to the end. An empty lane is no lane.
  const lanes = new Map<string, T[]>();
  let size = 0;

  const keep = (key: string, lane: T[]): void => {
    if (lane.length === 0) lanes.delete(key);
  };
  const longest = (): [string, T[]] | undefined => {
    let found: [string, T[]] | undefined;
    for (const lane of lanes) if (lane[1].length > (found?.[1].length ?? 0)) found = lane;
    return found;
  };

  return {
    size: () => size,
    lengthOf: (key) => lanes.get(key)?.length ?? 0,
    add: (key, waiter) => {
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, [waiter]);
      else lane.push(waiter);
      size += 1;
    },
    takeNext: () => {
      const first = lanes.entries().next().value;
      if (first === undefined) return undefined;
      const [key, lane] = first;
      const waiter = lane.shift();
      lanes.delete(key);
      if (lane.length > 0) lanes.set(key, lane);
      size -= 1;
      return waiter;
    },
    takeLastOfLonger: (length) => {
      const [key, lane] = longest() ?? [];
      if (key === undefined || lane === undefined || lane.length <= length) return undefined;
      const waiter = lane.pop();
      keep(key, lane);
      size -= 1;
      return waiter;
    },
    remove: (key, waiter) => {
      const lane = lanes.get(key);
      const place = lane?.indexOf(waiter) ?? -1;
      if (lane === undefined || place === -1) return;
      lane.splice(place, 1);
      keep(key, lane);
      size -= 1;
    },
  };
}
