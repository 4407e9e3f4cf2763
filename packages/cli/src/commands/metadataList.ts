import { chooseText } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { describeEach } from '../describeEach.ts';
import { formatTable } from '../table.ts';
import { withMetadataLibrary } from '../withConfig.ts';

export function addMetadataList(metadata: Command, context: CliContext): void {
  metadata
    .command('list')
    .description('the service providers that are known')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => list(context, options.json === true));
}

function list(context: CliContext, json: boolean): Promise<void> {
  return withMetadataLibrary(context, async ({ serviceProviders }) => {
    const all = serviceProviders.list();
    if (json) {
      const told = await describeEach(serviceProviders, all);
      context.terminal.print(JSON.stringify(told, undefined, 2));
    } else {
      const rows = all.map(({ entityId, names, source }) => [entityId, chooseText(names, 'en') ?? '', source]);
      context.terminal.print(formatTable(['entityID', 'name', 'source'], rows));
    }
  });
}
