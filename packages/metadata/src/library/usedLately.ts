import type { Clock } from '@gakumon/terms';
import type { ServiceProviderUses } from '../ports.ts';

/** 90 days in milliseconds. */
const lately = 7_776_000_000;

/**
 * Asks whom people used in the last 90 days. When the records are away, what was known the last time still tells most
 * of it.
 */
export function usedLately(
  uses: Pick<ServiceProviderUses, 'listSince'> | undefined,
  clock: Clock,
): () => Promise<ReadonlySet<string>> {
  let known: ReadonlySet<string> = new Set();
  return async () => {
    try {
      known = new Set((await uses?.listSince(clock() - lately))?.map(({ entityId }) => entityId));
    } catch {}
    return known;
  };
}
