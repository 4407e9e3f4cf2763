import { enableCompileCache } from 'node:module';
import { isGakumonError } from '@gakumon/terms';
import { readSettings } from './settings.ts';

enableCompileCache();

/** Runs the demonstration as a process: prints `ready URL`, and ends on SIGTERM, SIGINT or when its parent lets go. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { startDemoSp } = await import('./startDemoSp.ts');
  const running = await startDemoSp(settings);
  process.stdout.write(`ready ${running.url}\n`);
  const end = async (): Promise<void> => {
    await running.close();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
}

main().catch((error: unknown) => {
  const known = isGakumonError(error);
  process.stderr.write(`demo-sp: error: ${known ? error.message : Error.isError(error) ? error.stack : error}\n`);
  if (known && error.row.hint !== undefined) process.stderr.write(`demo-sp: hint: ${error.row.hint}\n`);
  process.exit(1);
});
