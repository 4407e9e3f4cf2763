import type { History, HistoryEvent } from '@gakumon/idp';
import { boundedEvent } from '../changes/boundedEvent.ts';

/** The newest events in memory, for tests. @param capacity beyond it the oldest are forgotten */
export function createMemoryHistory(capacity: number): History {
  const events = new Map<string, HistoryEvent>();
  return {
    async append(added) {
      for (const event of added) if (!events.has(event.id)) events.set(event.id, boundedEvent(event));
      for (const id of events.keys()) {
        if (events.size <= capacity) return;
        events.delete(id);
      }
    },
    async listOfPerson(username, limit) {
      const own = [...events.values()].reverse().filter((event) => event.username === username);
      return own.sort((a, b) => b.at - a.at).slice(0, limit);
    },
  };
}
