import { resolve } from 'node:path';
import type { Config } from '@gakumon/config';
import { addedSourceName, addServiceProvider } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig, withMetadataLibrary, withMetadataRecords } from '../withConfig.ts';
import { readInputFile } from './metadataLoad.ts';

type AddOptions = {
  readonly entityId: string;
  readonly acs: readonly string[];
  readonly cert: readonly string[];
  readonly nameJa?: string;
  readonly nameEn?: string;
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addSpAdd(sp: Command, context: CliContext): void {
  sp.command('add')
    .description('take in a service that publishes no metadata; a running server sees it within seconds')
    .requiredOption('--entity-id <uri>', 'who it is; the same one replaces')
    .option('--acs <url>', 'where answers go by HTTP-POST; may be repeated, the first is the default', append, [])
    .option('--cert <pem>', 'a certificate with its key, to verify with and to encrypt to; may be repeated', append, [])
    .option('--name-ja <text>', 'what people read')
    .option('--name-en <text>', 'what people read')
    .action((options: AddOptions) => add(context, options));
}

async function add(context: CliContext, options: AddOptions): Promise<void> {
  const { entityId, acs, nameJa, nameEn } = options;
  if (acs.length === 0) refuseUsage('say with --acs where its answers go');
  const config = await readConfig(context);
  if (entityId === config.idp.entityId) refuseUsage(`${entityId} is this IdP`);
  await requireUnknown(context, entityId);
  const certificates = await Promise.all(options.cert.map((file) => readInputFile(resolve(context.cwd, file))));
  const added = {
    entityId,
    assertionConsumerServices: acs,
    certificates: certificates.map((certificate) => certificate.toString('utf8')),
    names: { ...(nameJa === undefined ? {} : { ja: nameJa }), ...(nameEn === undefined ? {} : { en: nameEn }) },
  };
  const { source } = await keep(context, config, added);
  context.terminal.print(`added ${entityId} as ${source}`);
}

function keep(context: CliContext, config: Config, added: Parameters<typeof addServiceProvider>[1]) {
  return withMetadataRecords(config, context, (records) => addServiceProvider(records, added, context.clock()));
}

/** What a source tells of an entity counts before what is added: adding it would change nothing, and say that it did. */
function requireUnknown(context: CliContext, entityId: string): Promise<void> {
  return withMetadataLibrary(context, ({ serviceProviders }) => {
    const known = serviceProviders.find(entityId);
    if (known === undefined || known.source === addedSourceName(entityId)) return;
    refuseUsage(`${entityId} is known from ${known.source} already`);
  });
}
