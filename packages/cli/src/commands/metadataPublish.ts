import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readConfig } from '../withConfig.ts';

export function addMetadataPublish(metadata: Command, context: CliContext): void {
  metadata
    .command('publish')
    .description('print the metadata of this IdP, to be given to a federation')
    .action(() => publish(context));
}

async function publish(context: CliContext): Promise<void> {
  const config = await readConfig(context);
  const { publishOwnMetadata } = await import('@gakumon/assembly');
  context.terminal.print((await publishOwnMetadata(config, context.clock())).trimEnd());
}
