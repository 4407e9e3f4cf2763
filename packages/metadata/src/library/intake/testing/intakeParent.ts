import process from 'node:process';
import type { IntakeJob } from '../../refreshing.ts';
import { type ForkOptions, forkIntakeWith } from '../forkIntake.ts';

/** Wants a document taken in until it is killed. */
process.once('message', ({ job, ...how }: ForkOptions & { job: IntakeJob }) => {
  const onProgress = (): void => void process.send?.('begun');
  void forkIntakeWith(how, job, { onProgress }).catch(() => undefined);
});
