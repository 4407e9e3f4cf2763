import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { openOutput } from '../standardStreams.ts';
import { readConfig } from '../withConfig.ts';
import { withSealedRecords } from '../withSealedRecords.ts';

export function addDocumentsShow(documents: Command, context: CliContext): void {
  documents
    .command('show')
    .description('the text that is in force on all nodes, such as for a file that is an old one')
    .argument('<name>', 'as gakumon documents list shows it')
    .action((name: string) => show(context, name));
}

async function show(context: CliContext, name: string): Promise<void> {
  const { documentRecords } = await import('@gakumon/assembly');
  const config = await readConfig(context);
  const found = await withSealedRecords(config, context, ({ sealed, keys }) =>
    documentRecords(sealed, keys).find(name),
  );
  if (found.kind === 'nothing') {
    const hint = 'gakumon documents list';
    throw new GakumonError('document-not-found', { detail: `no document "${name}" was published`, hint });
  }
  if (found.kind === 'unopenable')
    throw new GakumonError('secret-unopenable', { detail: found.reason, hint: found.hint });
  // To the octet: a file that it is written into then holds what is in force.
  await openOutput()(found.version.text);
}
