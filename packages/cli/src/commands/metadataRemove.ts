import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig, withMetadataRecords } from '../withConfig.ts';

export function addMetadataRemove(metadata: Command, context: CliContext): void {
  metadata
    .command('remove')
    .description('forget metadata that was loaded by hand, or an address that is asked because of it')
    .argument('<name>', 'the name of the source')
    .action((name: string) => remove(context, name));
}

async function remove(context: CliContext, name: string): Promise<void> {
  const config = await readConfig(context);
  if (config.metadata.sources.some((source) => source.name === name)) {
    refuseUsage(`"${name}" is a source in the configuration; take it out of ${config.file}`);
  }
  const removed = await withMetadataRecords(config, context, ({ sources }) => sources.remove(name));
  if (!removed)
    throw new GakumonError('metadata-not-found', { detail: name, hint: 'gakumon metadata sources lists them' });
  context.terminal.print(`removed ${name}`);
}
