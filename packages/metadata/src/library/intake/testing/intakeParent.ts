import process from 'node:process';
import type { IntakeJob } from '../../refreshing.ts';
import { forkIntake } from '../forkIntake.ts';

/** Wants a document taken in until it is killed. */
process.once('message', (job: IntakeJob) => void forkIntake(job, {}).catch(() => undefined));
