import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ExchangeSummary, RecordsExchange } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { interruptible } from '../interruptible.ts';
import { standardStream } from '../standardStreams.ts';
import { stepProgress } from '../stepProgress.ts';
import { readConfig } from '../withConfig.ts';
import { describeRows } from './recordsExport.ts';

type ImportOptions = { readonly replace?: true; readonly json?: true };

export function addRecordsImport(records: Command, context: CliContext): void {
  records
    .command('import')
    .description('put what was exported into an empty database: all of it, or nothing')
    .argument('<file>', 'what gakumon records export wrote; - is standard input')
    .option('--replace', 'throw away what is in the database')
    .option('--json', 'for scripts')
    .action((file: string, options: ImportOptions) => importRecords(context, file, options));
}

async function importRecords(context: CliContext, path: string, { replace, json }: ImportOptions): Promise<void> {
  const config = await readConfig(context);
  const { openConfiguredExchange } = await import('@gakumon/assembly');
  const exchange = await openConfiguredExchange(config, context.env);
  const file = path === standardStream ? undefined : resolve(context.cwd, path);
  const summary = await interruptible((signal) => read(context, exchange, { file, replace: replace === true, signal }));
  if (json) context.terminal.print(JSON.stringify({ place: exchange.place, ...summary }, undefined, 2));
  else context.terminal.print(`imported ${describeRows(summary)} into ${exchange.place}`);
}

type Source = { readonly file: string | undefined; readonly replace: boolean; readonly signal: AbortSignal };

async function read(context: CliContext, exchange: RecordsExchange, source: Source): Promise<ExchangeSummary> {
  const { file, replace, signal } = source;
  const { readOctets } = await import('@gakumon/assembly');
  const size = file === undefined ? 0 : await sizeOf(file);
  const bar = stepProgress(context.terminal);
  const onProgress = (octets: number): void => {
    if (size > 0) bar.show('importing', octets, size);
  };
  const name = file ?? 'standard input';
  try {
    return await exchange.import(name, readOctets(file ?? process.stdin, signal, onProgress), replace);
  } finally {
    bar.end();
  }
}

/** 0: nobody knows, as of a pipe; what cannot be read is told by reading it. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
