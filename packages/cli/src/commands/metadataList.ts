import { describeServiceProvider } from '@gakumon/metadata';
import { chooseText } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
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
  return withMetadataLibrary(context, ({ serviceProviders }) => {
    const all = serviceProviders.list();
    if (json) context.terminal.print(JSON.stringify(all.map(describeServiceProvider), undefined, 2));
    else {
      const rows = all.map(({ entityId, names, source }) => [entityId, chooseText(names, 'en') ?? '', source]);
      context.terminal.print(formatTable(['entityID', 'name', 'source'], rows));
    }
  });
}
