import { type Config, loadReleaseRules } from '@gakumon/config';
import {
  loadMetadata,
  type MetadataIndex,
  type MetadataLibrary,
  type MetadataSource,
  type MetadataWarning,
} from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { interruptible } from '../interruptible.ts';
import { intakeProgress } from '../metadata/intakeProgress.ts';
import { listLastUses } from '../metadata/lastUses.ts';
import { tellSpan } from '../metadata/moments.ts';
import { addTrustOptions, type SourceOptions, sourceOf } from '../metadata/sourceOptions.ts';
import { takeInOnce, tellOddities } from '../metadata/takeInOnce.ts';
import { type StoredMetadata, withStoredMetadata } from '../metadata/withStoredMetadata.ts';
import { listUnreached, ruleHint } from '../releaseReach.ts';

type LoadOptions = SourceOptions & { readonly accept?: true };

export function addMetadataLoad(metadata: Command, context: CliContext): void {
  const load = metadata
    .command('load')
    .description('take in metadata; a running server sees it within seconds')
    .argument(
      '<file>',
      'one EntityDescriptor or an EntitiesDescriptor; or an http(s) address, which every node asks from then on',
    );
  addTrustOptions(load)
    .option('--name <name>', 'what the source is called; the same name replaces (else the name of the file)')
    .option('--refresh <duration>', 'how often an address is asked, such as PT2H (else PT1H)')
    .option('--accept', 'replace what is loaded under this name even when much of it is lost')
    .action((file: string, options: LoadOptions) => loadSource(context, file, options));
}

function loadSource(context: CliContext, place: string, options: LoadOptions): Promise<void> {
  return interruptible(async (signal) => {
    const source = await sourceOf(place, context.cwd, options);
    if (source.origin.kind === 'file' && options.refresh !== undefined) refuseUsage('--refresh is for an address');
    await withStoredMetadata(context, async (stored) => {
      if (stored.config.metadata.sources.some(({ name }) => name === source.name)) {
        refuseUsage(`"${source.name}" is a source in the configuration; choose another --name`);
      }
      const isAddress = source.origin.kind === 'url';
      const index = isAddress
        ? await loadAddress(context, stored, source)
        : await loadFile(context, stored, source, options, signal);
      await tellShadowed(context, stored, source.name);
      await warnUnreached(context, stored.config, source.name, index);
    });
  });
}

async function loadFile(
  context: CliContext,
  { library, records, uses }: StoredMetadata,
  source: MetadataSource,
  { accept }: LoadOptions,
  signal: AbortSignal,
): Promise<MetadataIndex> {
  const progress = intakeProgress(context.terminal);
  const now = context.clock();
  const before = listOf(library, source.name);
  const isGuarded = accept !== true && before.length >= fewestOfAnAggregate;
  const used = new Set((await listLastUses(uses, now)).map(({ entityId }) => entityId));
  const onProgress = progress.show.bind(undefined, source.name);
  const guarded = isGuarded ? { before, used } : undefined;
  const options = { now, signal, onProgress, guarded };
  const index = await loadMetadata(records.sources, source, options).finally(progress.end);
  tellOddities(context, index);
  context.terminal.print(`loaded ${source.name}: ${describeContents(index)}`);
  return index;
}

/** Who replaces the metadata of a few services by hand means it. */
const fewestOfAnAggregate = 10;

/** Once here: what is refused now is never asked for. Then every node asks for itself. */
function loadAddress(context: CliContext, { records }: StoredMetadata, source: MetadataSource): Promise<MetadataIndex> {
  const now = context.clock();
  return takeInOnce(context, source, now, async ({ copy: { index } }) => {
    tellOddities(context, index);
    await records.sources.save(source.name, now, { source });
    const every = `asked every ${tellSpan(source.refresh)}`;
    context.terminal.print(`loaded ${source.name}: ${describeContents(index)}, ${every}`);
    return index;
  });
}

function describeContents({ entities }: MetadataIndex): string {
  return count(entities.filter(({ isServiceProvider }) => isServiceProvider).length, 'service provider');
}

const listOf = ({ serviceProviders }: MetadataLibrary, name: string): readonly string[] =>
  serviceProviders
    .list()
    .filter(({ source }) => source === name)
    .map(({ entityId }) => entityId);

async function tellShadowed(context: CliContext, { library }: StoredMetadata, name: string): Promise<void> {
  await library.refresh({ wait: true, names: [name] });
  for (const { source, entityId, message } of listShadowed(library, name)) {
    context.terminal.say('warning', [source, entityId, message].filter(Boolean).join(': '));
  }
}

/** Who of what was just loaded is told of elsewhere too, whichever of the two counts. */
function listShadowed(library: MetadataLibrary, name: string): readonly MetadataWarning[] {
  return library
    .warnings()
    .filter(({ source, message }) =>
      source === name
        ? /is known from .+, which counts$/s.test(message)
        : message.endsWith(`is known from ${name}, which counts`),
    );
}

/** Whoever loads metadata expects attributes to flow; without a rule they do not. */
async function warnUnreached(
  { terminal }: CliContext,
  { file, documents }: Config,
  name: string,
  { entities }: MetadataIndex,
): Promise<void> {
  const rules = documents.release === undefined ? [] : await loadReleaseRules(documents.release).catch(() => undefined);
  const loaded = entities.filter(({ isServiceProvider }) => isServiceProvider).map((one) => ({ ...one, source: name }));
  // A document with mistakes is what check tells about.
  if (rules === undefined || loaded.length === 0 || listUnreached(loaded, rules).length < loaded.length) return;
  terminal.say('warning', `no release rule reaches what was loaded as ${name}: only a transient NameID goes there`);
  terminal.say('hint', ruleHint(name, documents.release ?? `the release document, to be named in ${file}`));
}
