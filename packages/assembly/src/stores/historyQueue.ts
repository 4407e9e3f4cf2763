import type { History, HistoryEvent } from '@gakumon/idp';
import { createEventQueue, type EventQueue, type EventQueueOptions } from './eventQueue.ts';

export type HistoryQueueOptions = Omit<EventQueueOptions, 'what'>;

/** What happened, on its way into the records: nobody's login waits for it. */
export type HistoryQueue = EventQueue<HistoryEvent>;

/** Makes the queue in front of the history. */
export function createHistoryQueue(history: History, options: HistoryQueueOptions): HistoryQueue {
  return createEventQueue(history, { what: 'history', ...options });
}
