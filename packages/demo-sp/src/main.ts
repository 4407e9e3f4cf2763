import { enableCompileCache } from 'node:module';
import { isGakumonError } from '@gakumon/terms';
import { readSettings } from './settings.ts';

enableCompileCache();

/** Runs the demonstration as a process: prints `ready URL`, and ends on SIGTERM, SIGINT or when its parent lets go. */
async function main(): Promise<void> {
  // Before anything takes time: a parent that goes away while we start must not leave us behind.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(signal, () => resolve());
  });
  const settings = readSettings(process.env);
  const { startDemoSp } = await import('./startDemoSp.ts');
  const running = await startDemoSp(settings);
  process.stdout.write(`ready ${running.url}\n`);
  await asked;
  await running.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const known = isGakumonError(error);
  process.stderr.write(`demo-sp: error: ${known ? error.message : Error.isError(error) ? error.stack : error}\n`);
  if (known && error.hint !== undefined) process.stderr.write(`demo-sp: hint: ${error.hint}\n`);
  process.exit(1);
});
