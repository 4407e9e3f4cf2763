import { resolve } from 'node:path';
import type { BackupSummary } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { interruptible } from '../interruptible.ts';
import { stepProgress } from '../stepProgress.ts';
import { version } from '../version.ts';
import { readConfig } from '../withConfig.ts';
import { describeRows } from './recordsExport.ts';

type BackupOptions = { readonly force?: true; readonly json?: true };

export function addRecordsBackup(records: Command, context: CliContext): void {
  records
    .command('backup')
    .description('put the whole installation into one file: configuration, documents, keys, salts and records')
    .argument('<file>', 'a tar.gz for its owner only; servers may run meanwhile')
    .option('--force', 'replace a file of this name')
    .option('--json', 'for scripts')
    .action((file: string, options: BackupOptions) => backup(context, file, options));
}

async function backup(context: CliContext, path: string, { force, json }: BackupOptions): Promise<void> {
  const config = await readConfig(context);
  const { makeBackup } = await import('@gakumon/assembly');
  const { env, cwd, clock, terminal } = context;
  const bar = stepProgress(terminal);
  const options = { config, env, file: resolve(cwd, path), force: force === true, gakumon: version, now: clock() };
  const summary = await interruptible((signal) =>
    makeBackup({ ...options, signal, onProgress: bar.show }).finally(bar.end),
  );
  for (const warning of summary.warnings) terminal.say('warning', warning);
  terminal.print(json ? JSON.stringify(summary, undefined, 2) : describe(summary));
}

function describe({ file, files, records }: BackupSummary): string {
  return [
    `backed up ${count(files.length, 'file')} and ${describeRows(records)} into ${file}`,
    'it holds the keys and the salts: whoever has it can be this IdP. Keep it as you keep those.',
    'try it now and then: gakumon records restore FILE --dir SOMEWHERE-ELSE, then gakumon check',
  ].join('\n');
}
