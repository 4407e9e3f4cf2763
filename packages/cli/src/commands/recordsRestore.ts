import { resolve } from 'node:path';
import type { RestoreSummary } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { interruptible } from '../interruptible.ts';
import { shellWord } from '../shellWord.ts';
import { stepProgress } from '../stepProgress.ts';
import { describeRows } from './recordsExport.ts';

type RestoreOptions = {
  readonly dir: string;
  readonly absolute?: true;
  readonly records?: true;
  readonly json?: true;
};

export function addRecordsRestore(records: Command, context: CliContext): void {
  records
    .command('restore')
    .description('make an installation again out of a backup that you trust: all of it, or nothing')
    .argument('<file>', 'what gakumon records backup wrote')
    .requiredOption('--dir <folder>', 'where to: a folder that is missing or empty')
    .option('--absolute', 'also write what the configuration names outside of the folder, over nothing that is there')
    .option('--records', 'also fill the PostgreSQL database that the configuration names, which must be empty')
    .option('--json', 'for scripts')
    .action((file: string, options: RestoreOptions) => restore(context, file, options));
}

async function restore(context: CliContext, path: string, options: RestoreOptions): Promise<void> {
  const { cwd, env, terminal } = context;
  const { absolute, records } = options;
  const { restoreBackup } = await import('@gakumon/assembly');
  const file = resolve(cwd, path);
  const bar = stepProgress(terminal);
  const wanted = {
    file,
    folder: resolve(cwd, options.dir),
    absolute: absolute === true,
    records: records === true,
    env,
    onProgress: bar.show,
  };
  const summary = await interruptible((signal) => restoreBackup({ ...wanted, signal }).finally(bar.end));
  if (options.json) terminal.print(JSON.stringify(summary, undefined, 2));
  else terminal.print(describe(summary));
}

function describe({ config, backup, misplaced, records }: RestoreSummary): string {
  const option = `--config ${shellWord(config)}`;
  const waiting = misplaced.filter(({ isPlaced }) => !isPlaced);
  const placed = misplaced.filter(({ isPlaced }) => isPlaced);
  return [
    `restored ${config}, as it was at ${backup.createdAt}`,
    ...placed.map(({ belongs }) => `restored ${belongs}`),
    'imported' in records ? `imported ${describeRows(records.imported)}` : 'the records were not imported',
    '',
    'next:',
    ...waiting.map(({ at, belongs }) => `  cp ${shellWord(at)} ${shellWord(belongs)}`),
    ...backup.variables.map((name) => `  set the environment variable ${name}, which is in no backup`),
    ...('imported' in records
      ? []
      : [`  npx gakumon records import ${shellWord(records.file)} ${option}, then remove that file`]),
    `  npx gakumon check ${option}`,
    `  npx gakumon serve ${option}`,
  ].join('\n');
}
