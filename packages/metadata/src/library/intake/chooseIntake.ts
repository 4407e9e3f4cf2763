import { stat } from 'node:fs/promises';
import type { Intake } from '../refreshing.ts';
import { forkIntake } from './forkIntake.ts';
import { runIntake } from './runIntake.ts';

/** What is larger is worth a process of its own, octets. */
export const mostInThisProcess = 1_048_576;

/** Whether a job is done within this process: a small file only; nobody knows the size of what a server sends. */
export async function isSmallJob(from: Parameters<Intake>[0]['from']): Promise<boolean> {
  if (!('file' in from)) return false;
  // What can't be read is refused at once by the one who tries.
  const size = await stat(from.file).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  return size <= mostInThisProcess;
}

/** Does a job where it belongs. */
export const chooseIntake: Intake = async (job, options) =>
  (await isSmallJob(job.from)) ? runIntake(job, options) : forkIntake(job, options);
