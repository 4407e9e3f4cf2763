import { addedSourceName } from '@gakumon/metadata';
import { chooseText } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { describeEach } from '../describeEach.ts';
import { formatTable } from '../table.ts';
import { withMetadataLibrary } from '../withConfig.ts';

export function addSpList(sp: Command, context: CliContext): void {
  sp.command('list')
    .description('the services that were added by hand (gakumon metadata list tells of all)')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => list(context, options.json === true));
}

function list(context: CliContext, json: boolean): Promise<void> {
  return withMetadataLibrary(context, async ({ serviceProviders }) => {
    const added = serviceProviders.list().filter(({ entityId, source }) => source === addedSourceName(entityId));
    if (json) {
      const told = await describeEach(serviceProviders, added);
      context.terminal.print(JSON.stringify(told, undefined, 2));
    } else {
      const rows = added.map(({ entityId, names, source }) => [entityId, chooseText(names, 'en') ?? '', source]);
      context.terminal.print(formatTable(['entityID', 'name', 'source'], rows));
    }
  });
}
