import { enableCompileCache } from 'node:module';
import process from 'node:process';
import type { IntakeProgress } from '../refreshing.ts';
import { giveWay } from './giveWay.ts';
import type { IntakeMessage, IntakeOrder } from './intakeMessages.ts';
import { intakeCost, watchProcess } from './watchProcess.ts';

/**
 * The process that takes in one document and ends, so that its memory really returns. It gives way to logins, and ends
 * with the process that started it, however that ended and however busy it is.
 */
enableCompileCache();
giveWay();

const tell = (message: IntakeMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) return resolve();
    process.send(message, () => resolve());
  });

// Begun before the order has come, which it doesn't depend on.
const loading = import('./runIntake.ts');

process.once('disconnect', () => process.exit(1));
process.once('message', async ({ job }: IntakeOrder) => {
  const tellWatch = watchProcess(intakeCost);
  const { tellError } = await import('./intakeMessages.ts');
  try {
    const { runIntake } = await loading;
    const onProgress = (progress: IntakeProgress): void => {
      tellWatch(progress.done);
      void tell({ progress });
    };
    const result = await runIntake(job, { onProgress });
    await tell({ result });
  } catch (error) {
    await tell({ error: tellError(error) });
  }
  process.exit(0);
});
