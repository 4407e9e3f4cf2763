import { resolve } from 'node:path';
import { type Config, loadRecipe, type Recipe, recipeNames } from '@gakumon/config';
import { addedSourceName, addServiceProvider, readCertificateFile } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig, withMetadataLibrary, withMetadataRecords } from '../withConfig.ts';

type AddOptions = {
  readonly entityId?: string;
  readonly acs: readonly string[];
  readonly cert: readonly string[];
  readonly nameJa?: string;
  readonly nameEn?: string;
  readonly recipe?: string;
  readonly set: readonly string[];
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addSpAdd(sp: Command, context: CliContext): void {
  sp.command('add')
    .description('take in a service that publishes no metadata; a running server sees it within seconds')
    .option('--entity-id <uri>', 'who it is; the same one replaces')
    .option('--acs <url>', 'where answers go by HTTP-POST; may be repeated, the first is the default', append, [])
    .option('--cert <pem>', 'a certificate with its key, to verify with and to encrypt to; may be repeated', append, [])
    .option('--name-ja <text>', 'what people read')
    .option('--name-en <text>', 'what people read')
    .option('--recipe <name>', `in place of the entityID and addresses: ${recipeNames.join(', ')}`)
    .option('--set <key=value>', 'what the recipe asks for; may be repeated', append, [])
    .action((options: AddOptions) => add(context, options));
}

async function add(context: CliContext, options: AddOptions): Promise<void> {
  const recipe = options.recipe === undefined ? undefined : await readRecipe(options.recipe, options);
  const described = recipe ?? describe(options);
  const { entityId } = described;
  const config = await readConfig(context);
  if (entityId === config.idp.entityId) refuseUsage(`${entityId} is this IdP`);
  await requireUnknown(context, entityId);
  const certificates = await Promise.all(options.cert.map((file) => readCertificateFile(resolve(context.cwd, file))));
  const names = { ...recipe?.names, ...namesOf(options) };
  const { source } = await keep(context, config, { ...described, certificates, names });
  context.terminal.print(`added ${entityId} as ${source}`);
  if (recipe !== undefined) tellRest(context, recipe, config);
}

function describe({ entityId, acs, set }: AddOptions) {
  if (set.length > 0) refuseUsage('--set goes with --recipe');
  if (entityId === undefined) return refuseUsage('say with --entity-id who it is, or name a --recipe');
  if (acs.length === 0) refuseUsage('say with --acs where its answers go');
  return { entityId, assertionConsumerServices: acs };
}

function readRecipe(name: string, { entityId, acs, set }: AddOptions): Promise<Recipe> {
  if (entityId !== undefined || acs.length > 0) refuseUsage('the recipe says the entityID and the addresses itself');
  const pairs = set.map((pair) => /^([^=]+)=(.*)$/s.exec(pair) ?? refuseUsage(`--set ${pair}: say key=value`));
  return loadRecipe(name, Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value])));
}

function namesOf({ nameJa, nameEn }: AddOptions): Record<string, string> {
  return { ...(nameJa === undefined ? {} : { ja: nameJa }), ...(nameEn === undefined ? {} : { en: nameEn }) };
}

/** The documents are the operator's own: what has to stand in them is told, not written. */
function tellRest({ terminal }: CliContext, { lines, notes }: Recipe, { file, documents }: Config): void {
  const place = (known: string | undefined, name: 'sps' | 'release'): string =>
    known ?? `${name}.yaml (begin it with version: 1, and name it in ${file}: documents: { ${name}: ${name}.yaml })`;
  terminal.print(`put under serviceProviders in ${place(documents.sps, 'sps')}:\n  ${lines.sps}`);
  terminal.print(`put under rules in ${place(documents.release, 'release')}:\n  ${lines.release}`);
  for (const note of notes) terminal.print(`note: ${note}`);
}

function keep(context: CliContext, config: Config, added: Parameters<typeof addServiceProvider>[1]) {
  return withMetadataRecords(config, context, ({ sources }) => addServiceProvider(sources, added, context.clock()));
}

/**
 * What a source tells of an entity counts before what is added, and what is added would take its place when that expires:
 * so what has expired is known too.
 */
function requireUnknown(context: CliContext, entityId: string): Promise<void> {
  return withMetadataLibrary(context, (library) => {
    const own = addedSourceName(entityId);
    const known = library.listWords(entityId).find(({ source }) => source !== own);
    if (known !== undefined) refuseUsage(`${entityId} is known from ${known.source} already`);
  });
}
