import type { Intake, IntakeJob, IntakeResult } from '../refreshing.ts';
import { isSmallJob } from './chooseIntake.ts';

/** Processes at the same time: each costs a core and 200 MB for seconds. */
const mostAtOnce = 2;

type Waiting = { readonly source: string; readonly begin: () => Promise<unknown> };

/**
 * Takes in large documents one after the other of each source, and of two sources at the same time: one whose documents
 * take very long never keeps all others waiting.
 */
export function createIntakeQueue(intake: Intake): Intake {
  const waiting: Waiting[] = [];
  const busy = new Set<string>();

  function beginNext(): void {
    while (busy.size < mostAtOnce) {
      const at = waiting.findIndex(({ source }) => !busy.has(source));
      const [next] = at < 0 ? [] : waiting.splice(at, 1);
      if (next === undefined) return;
      busy.add(next.source);
      void next.begin().finally(() => {
        busy.delete(next.source);
        beginNext();
      });
    }
  }

  const takeTurn = (job: IntakeJob, options: Parameters<Intake>[1]): Promise<IntakeResult> =>
    new Promise((resolve, reject) => {
      const begin = async (): Promise<void> => {
        try {
          resolve(await intake(job, options));
        } catch (error) {
          reject(error);
        }
      };
      waiting.push({ source: job.source.name, begin });
      beginNext();
    });

  return async (job, options) => ((await isSmallJob(job.from)) ? intake(job, options) : takeTurn(job, options));
}
