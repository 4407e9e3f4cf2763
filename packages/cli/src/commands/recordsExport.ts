import { resolve } from 'node:path';
import type { ExchangeSummary, RecordsExchange } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { interruptible } from '../interruptible.ts';
import { progressBar } from '../progress.ts';
import { openOutput, standardStream } from '../standardStreams.ts';
import { version } from '../version.ts';
import { readConfig } from '../withConfig.ts';

type ExportOptions = { readonly force?: true; readonly json?: true };

export function addRecordsExport(records: Command, context: CliContext): void {
  records
    .command('export')
    .description('write all rows into a file, as one moment had them; servers may run meanwhile')
    .argument('<file>', 'for its owner only; - is standard output')
    .option('--force', 'replace a file of this name')
    .option('--json', 'tell what was written, for scripts')
    .action((file: string, options: ExportOptions) => exportRecords(context, file, options));
}

async function exportRecords(context: CliContext, path: string, { force, json }: ExportOptions): Promise<void> {
  const isStream = path === standardStream;
  if (isStream && json) refuseUsage('--json would go where the rows go');
  const config = await readConfig(context);
  const { openConfiguredExchange } = await import('@gakumon/assembly');
  const exchange = await openConfiguredExchange(config, context.env);
  const file = isStream ? undefined : resolve(context.cwd, path);
  const summary = await interruptible((signal) => write(context, exchange, { file, force: force === true, signal }));
  if (file === undefined) return;
  if (json) context.terminal.print(JSON.stringify({ file, ...summary }, undefined, 2));
  else context.terminal.print(`exported ${describeRows(summary)} into ${file}`);
}

type Target = { readonly file: string | undefined; readonly force: boolean; readonly signal: AbortSignal };

async function write(context: CliContext, exchange: RecordsExchange, target: Target): Promise<ExchangeSummary> {
  const { file, force, signal } = target;
  const bar = progressBar(context.terminal, 'exporting');
  const options = { gakumon: version, now: context.clock(), signal, onProgress: bar.show };
  try {
    if (file === undefined) return await exchange.export(openOutput(), options);
    const { exportToFile, makeWholeFile } = await import('@gakumon/assembly');
    const { schema, rows } = await makeWholeFile(file, force, (result) => exportToFile(exchange, result, options));
    return { schema, rows };
  } finally {
    bar.end();
  }
}

/** How many rows, of which schema. */
export function describeRows({ schema, rows }: ExchangeSummary): string {
  const all = Object.values(rows).reduce((sum, one) => sum + one, 0);
  return `${count(all, 'row')} of schema ${schema}`;
}
