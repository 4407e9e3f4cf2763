import type { DocumentReport } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { formatTable } from '../table.ts';
import { readConfig } from '../withConfig.ts';
import { withSealedRecords } from '../withSealedRecords.ts';

export function addDocumentsList(documents: Command, context: CliContext): void {
  documents
    .command('list')
    .description('which node published what is in force, and how the files of this machine stand to it')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => list(context, options.json === true));
}

const words: Readonly<Record<DocumentReport['standing'], string>> = {
  'in force': 'in force',
  older: 'an old one; not in force',
  refused: 'another text; not in force (gakumon check)',
  'not published': 'not published yet; is a server running?',
  'not shared': 'is in force on its own node only',
  bad: 'bad; not in force (gakumon check)',
};

async function list(context: CliContext, json: boolean): Promise<void> {
  const { describeDocument, describePublisher, documentRecords, listDocumentPlans } = await import('@gakumon/assembly');
  const config = await readConfig(context);
  const reports = await withSealedRecords(config, context, ({ sealed, keys }) => {
    const records = documentRecords(sealed, keys);
    const isOneMachine = config.stores.records.kind !== 'postgres';
    return Promise.all(listDocumentPlans(config).map((plan) => describeDocument(plan, records, isOneMachine)));
  });
  if (json) {
    context.terminal.print(JSON.stringify(reports.map(toJson), undefined, 2));
    return;
  }
  const rows = reports.map((report) => toRow(report, describePublisher));
  context.terminal.print(formatTable(['document', 'published', 'by', 'the file here'], rows));
  for (const { name, found } of reports) {
    if (found.kind !== 'unopenable') continue;
    context.terminal.say('warning', `${name} is not shared between the nodes: ${found.reason}`);
    context.terminal.say('hint', found.hint);
  }
}

function toJson({ name, file, standing, found }: DocumentReport) {
  const version = found.kind === 'version' ? found.version : undefined;
  return {
    name,
    file,
    standing,
    published: version && { at: isoTime(version.at), by: version.by, sha256: version.sha256, serial: version.serial },
    problem: found.kind === 'unopenable' ? found.reason : undefined,
    hint: found.kind === 'unopenable' ? found.hint : undefined,
  };
}

type Describe = typeof import('@gakumon/assembly').describePublisher;

function toRow({ name, standing, found }: DocumentReport, describePublisher: Describe): string[] {
  if (found.kind === 'nothing') return [name, 'never', '', words[standing]];
  if (found.kind === 'unopenable') return [name, 'cannot be opened', '', words[standing]];
  const { at, by } = found.version;
  return [name, isoTime(at), describePublisher(by), words[standing]];
}

const isoTime = (at: number): string => new Date(at).toISOString();
