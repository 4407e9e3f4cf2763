import type { Report } from './notice.ts';
import { startPolling } from './polling.ts';
import { createTroubleReport } from './troubleReport.ts';

/** Work that is done again and again. */
export type Job = {
  readonly name: string;
  /** Milliseconds between two runs. */
  readonly interval: number;
  readonly work: () => Promise<unknown>;
};

/**
 * Runs each job by itself, so that one that waits for a store holds up no other; trouble is told once, however often it
 * is tried.
 * @returns ends them all, and waits for those that are under way
 */
export function startHousekeeping(jobs: readonly Job[], report: Report): () => Promise<void> {
  const stops = jobs.map(({ name, interval, work }) => {
    const messages = { begins: 'housekeeping failed', ends: 'housekeeping works again' };
    const trouble = createTroubleReport(report, messages, { job: name });
    const run = async (): Promise<void> => {
      await work();
      trouble.end();
    };
    return startPolling(run, interval, trouble.begin);
  });
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
