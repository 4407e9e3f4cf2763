import type { Report } from '../notice.ts';
import { createTroubleReport } from '../troubleReport.ts';

export type EventQueueOptions = {
  /** What is written, in the words of the log: `history`. */
  readonly what: string;
  /** Events that may wait; those that come when so many do are lost, and counted. */
  readonly capacity: number;
  /** Events in one write. */
  readonly batch: number;
  readonly report: Report;
};

/** What happened, on its way into the records: nobody's login waits for it. */
export type EventQueue<Event> = {
  /** Takes an event; never throws and never waits. */
  append(event: Event): void;
  /** Writes what waits, as far as the records take it; call it every second. Never rejects. */
  flush(): Promise<void>;
  /**
   * Lets a reader see what has happened so far, if the records take it soon. Never rejects.
   * @param patience milliseconds
   */
  settle(patience: number): Promise<void>;
  /**
   * Writes what waits for the last time.
   * @param patience milliseconds after which it gives up and tells how much was lost
   */
  close(patience: number): Promise<void>;
};

/**
 * Makes the queue. When the records are away it keeps the oldest events and loses the newest: what is kept is then without
 * a gap up to a time that the log tells, and nobody pushes the traces of what he did out of it by signing on again and again.
 * A write whose outcome is unknown is made again: an event that is there already is left alone (its `id`).
 */
export function createEventQueue<Event extends { readonly at: number }>(
  records: { append(events: readonly Event[]): Promise<void> },
  { what, capacity, batch, report }: EventQueueOptions,
): EventQueue<Event> {
  const waiting: Event[] = [];
  let lost = 0;
  let running: Promise<void> | undefined;
  const trouble = createTroubleReport(report, {
    begins: `${what} cannot be written; it waits`,
    ends: `${what} is written again`,
  });

  function tellLoss(first: Event): void {
    const since = new Date(first.at).toISOString();
    report({ level: 'error', message: `${what} queue is full; newer events are lost`, fields: { capacity, since } });
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const events = waiting.slice(0, batch);
        await records.append(events);
        waiting.splice(0, events.length);
      }
      trouble.end(() => ({ lost }));
      lost = 0;
    } catch (error) {
      trouble.begin(error, { waiting: waiting.length });
    }
  }

  function flush(): Promise<void> {
    running ??= write().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function settle(patience: number): Promise<void> {
    if (waiting.length === 0) return;
    // A write that is under way may have begun before the last events came.
    await within(patience, async () => {
      await running;
      await flush();
    });
  }

  return {
    append(event) {
      if (waiting.length < capacity) {
        waiting.push(event);
        return;
      }
      if (lost === 0) tellLoss(event);
      lost += 1;
    },
    flush,
    settle,
    async close(patience) {
      await settle(patience);
      const left = waiting.length + lost;
      if (left > 0) report({ level: 'error', message: `${what} was lost at the end`, fields: { lost: left } });
    },
  };
}

/** Waits for `work`, but no longer. */
async function within(milliseconds: number, work: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work(), promise]);
  clearTimeout(timer);
}
