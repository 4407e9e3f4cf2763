import type { HistoryEvent } from '@gakumon/idp';
import type { ServiceProviderUses } from '@gakumon/metadata';
import { hours } from '@gakumon/terms';
import type { HistoryQueue } from './historyQueue.ts';

export type UseQueueOptions = {
  /** Service providers that are kept in mind at once, of those that wait and of those that were written lately. */
  readonly capacity: number;
  /** Uses in one write. */
  readonly batch: number;
};

/**
 * Which service providers people log in to, on the way into the records. Nobody's login waits for it, and a use that is
 * lost does no harm: the next one says the same.
 */
export type UseQueue = {
  /** Takes what happened; never throws and never waits. */
  note(event: Pick<HistoryEvent, 'kind' | 'serviceProvider' | 'at'>): void;
  /** Writes what waits; call it every second. What could not be written waits. @throws GakumonError `store-unavailable` */
  flush(): Promise<void>;
};

/** It is asked who was used in the last 90 days: an hour is exact enough. */
const exactness = hours(1);

/** Makes the queue: a service provider is written once an hour, however many people use it. */
export function createUseQueue(uses: ServiceProviderUses, { capacity, batch }: UseQueueOptions): UseQueue {
  const waiting = new Map<string, number>();
  const written = new Map<string, number>();

  const isWritten = (entityId: string, at: number): boolean => at - (written.get(entityId) ?? -exactness) < exactness;

  function markWritten(entityId: string, at: number): void {
    // The one that was written longest ago goes first, and is at worst written once more
    written.delete(entityId);
    written.set(entityId, at);
    for (const oldest of written.keys()) {
      if (written.size <= capacity) return;
      written.delete(oldest);
    }
  }

  return {
    note({ kind, serviceProvider, at }) {
      if (kind !== 'sign-on' || serviceProvider === undefined || isWritten(serviceProvider, at)) return;
      if (waiting.has(serviceProvider) || waiting.size < capacity) waiting.set(serviceProvider, at);
    },
    async flush() {
      while (waiting.size > 0) {
        const next = [...waiting].slice(0, batch);
        await uses.note(next.map(([entityId, at]) => ({ entityId, at })));
        for (const [entityId, at] of next) {
          // A later use may have come meanwhile; it is of the same hour
          waiting.delete(entityId);
          markWritten(entityId, at);
        }
      }
    },
  };
}

/** What signs people on and out, writing into both. */
export function notingUses(history: Pick<HistoryQueue, 'append'>, uses: UseQueue): Pick<HistoryQueue, 'append'> {
  return {
    append(event) {
      history.append(event);
      uses.note(event);
    },
  };
}
