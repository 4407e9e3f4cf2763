import type { ReleaseEvent, ReleaseLog } from '@gakumon/idp';
import { createEventQueue, type EventQueue, type EventQueueOptions } from './eventQueue.ts';

/** What left the house, on its way into the records: nobody's login waits for it. */
export type ReleaseLogQueue = EventQueue<ReleaseEvent>;

/** Makes the queue in front of the release log. */
export function createReleaseLogQueue(
  releaseLog: Pick<ReleaseLog, 'append'>,
  options: Omit<EventQueueOptions, 'what'>,
): ReleaseLogQueue {
  return createEventQueue(releaseLog, { what: 'release log', ...options });
}
