import type { Intake } from '../refreshing.ts';
import { isSmallJob } from './chooseIntake.ts';

/** Large documents are taken in one after the other: each costs a core and 200 MB for seconds. */
export function createIntakeQueue(intake: Intake): Intake {
  let last: Promise<unknown> = Promise.resolve();
  return async (job, options) => {
    if (await isSmallJob(job.from)) return intake(job, options);
    const result = last.then(() => intake(job, options));
    last = result.catch(() => undefined);
    return result;
  };
}
