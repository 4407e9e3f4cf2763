import type { Throttles } from '@gakumon/idp';
import type { ExpiringMap } from './expiringMap.ts';

/** Throttles in memory: fixed windows. */
export function createMemoryThrottles(windows: ExpiringMap<{ count: number; resetsAt: number }>): Throttles {
  return {
    async hit(bucket, windowMs, now) {
      const open = windows.get(bucket, now);
      const next = { count: (open?.count ?? 0) + 1, resetsAt: open?.resetsAt ?? now + windowMs };
      windows.set(bucket, next, next.resetsAt, now);
      return next;
    },
    peek: async (bucket, now) => windows.get(bucket, now) ?? { count: 0, resetsAt: now },
    async release(bucket, resetsAt) {
      const open = windows.get(bucket, resetsAt - 1);
      if (open?.resetsAt !== resetsAt || open.count === 0) return;
      windows.set(bucket, { count: open.count - 1, resetsAt }, resetsAt, resetsAt - 1);
    },
    clear: async (bucket) => windows.delete(bucket),
  };
}
