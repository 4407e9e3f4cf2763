import { parse, resolve } from 'node:path';
import { type Config, loadReleaseRules } from '@gakumon/config';
import {
  type AcceptedMetadata,
  loadMetadata,
  type MetadataRecords,
  type MetadataWarning,
  readCertificateFile,
  readMetadataFile,
} from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { listUnreached, ruleHint } from '../releaseReach.ts';
import { readConfig, withMetadataRecords } from '../withConfig.ts';

type LoadOptions = { readonly cert: readonly string[]; readonly unsigned?: true; readonly name?: string };

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addMetadataLoad(metadata: Command, context: CliContext): void {
  metadata
    .command('load')
    .description('take in metadata; a running server sees it within seconds')
    .argument('<file>', 'one EntityDescriptor or an EntitiesDescriptor')
    .option('--cert <pem>', 'a certificate with the key that signed it; may be repeated', append, [])
    .option('--unsigned', 'believe it without a signature')
    .option('--name <name>', 'what the source is called; the same name replaces (else the name of the file)')
    .action((file: string, options: LoadOptions) => load(context, file, options));
}

async function load(context: CliContext, path: string, options: LoadOptions): Promise<void> {
  const name = options.name ?? parse(path).name;
  requireDecided(path, name, options);
  const config = await readConfig(context);
  if (config.metadata.sources.some((source) => source.name === name)) {
    refuseUsage(`"${name}" is a source in the configuration; choose another --name`);
  }
  const bytes = await readMetadataFile(resolve(context.cwd, path));
  const certificates = await Promise.all(options.cert.map((file) => readCertificateFile(resolve(context.cwd, file))));
  const trust = { certificates, unsigned: options.unsigned === true };
  const { accepted, shadowed } = await withMetadataRecords(config, context, async (records) => {
    const accepted = await loadMetadata(records, name, bytes, trust, context.clock());
    return { accepted, shadowed: await listShadowed(context, config, records, name) };
  });
  tell(context, name, accepted);
  for (const { source, entityId, message } of shadowed) {
    context.terminal.say('warning', `${source}: ${entityId}: ${message}`);
  }
  await warnUnreached(context, config, name, accepted);
}

function requireDecided(path: string, name: string, { cert, unsigned }: LoadOptions): void {
  if (/^https?:\/\//i.test(path)) refuseUsage('loading from a URL is not built yet; download the file first');
  if (cert.length === 0 && unsigned !== true) throw new GakumonError('metadata-trust-undecided', { detail: path });
  if (cert.length > 0 && unsigned === true) refuseUsage('--cert and --unsigned contradict each other');
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)) {
    refuseUsage(
      `"${name}" is no name for a source (letters, digits, dots, hyphens, underscores); give one with --name`,
    );
  }
}

/** Who of what was just loaded is told of elsewhere too, whichever of the two counts. */
async function listShadowed(
  { clock }: CliContext,
  config: Config,
  records: MetadataRecords,
  name: string,
): Promise<readonly MetadataWarning[]> {
  const { openLibrary } = await import('@gakumon/assembly');
  const library = openLibrary(config, records, clock);
  await library.refresh();
  return library
    .warnings()
    .filter(({ source, message }) =>
      source === name
        ? /^is known from .+, which counts$/s.test(message)
        : message === `is known from ${name}, which counts`,
    );
}

function tell({ terminal }: CliContext, name: string, { serviceProviders, warnings }: AcceptedMetadata): void {
  for (const { entityId, message } of warnings) {
    terminal.say('warning', [entityId, message].filter(Boolean).join(': '));
  }
  terminal.print(`loaded ${name}: ${count(serviceProviders.length, 'service provider')}`);
}

/** Whoever loads metadata expects attributes to flow; without a rule they do not. */
async function warnUnreached(
  { terminal }: CliContext,
  { file, documents }: Config,
  name: string,
  { serviceProviders }: AcceptedMetadata,
): Promise<void> {
  const rules = documents.release === undefined ? [] : await loadReleaseRules(documents.release).catch(() => undefined);
  // A document with mistakes is what check tells about.
  if (rules === undefined || listUnreached(serviceProviders, rules).length < serviceProviders.length) return;
  terminal.say('warning', `no release rule reaches what was loaded as ${name}: only a transient NameID goes there`);
  terminal.say('hint', ruleHint(name, documents.release ?? `the release document, to be named in ${file}`));
}
