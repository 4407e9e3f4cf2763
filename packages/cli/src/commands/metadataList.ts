import { describeServiceProvider, type MetadataLibrary } from '@gakumon/metadata';
import { chooseText } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { printJsonList } from '../jsonList.ts';
import { progressBar } from '../progress.ts';
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
    if (json) return printJsonList(describeEach(context, serviceProviders));
    const rows = serviceProviders
      .list()
      .map(({ entityId, names, source }) => [entityId, chooseText(names, 'en') ?? '', source]);
    context.terminal.print(formatTable(['entityID', 'name', 'source'], rows));
  });
}

/** Often enough for who watches, seldom enough for the terminal. */
const shownEach = 100;

/** The contract's description of each, read one by one: a federation's would not fit into memory together. */
async function* describeEach(
  { terminal }: CliContext,
  serviceProviders: MetadataLibrary['serviceProviders'],
): AsyncGenerator<unknown> {
  const all = serviceProviders.list();
  const bar = progressBar(terminal, 'reading', all.length);
  for (const [place, { entityId }] of all.entries()) {
    if (place % shownEach === shownEach - 1) bar.show(place);
    const told = await serviceProviders.ask(entityId);
    if (told.kind === 'found') yield describeServiceProvider(told.serviceProvider);
    else terminal.say('warning', `${entityId} is left out: ${told.why ?? 'nobody tells of it any more'}`);
  }
  bar.end();
}
