import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { escapeInvisibleXml } from '../escapeInvisible.ts';
import { refuseUsage } from '../failure.ts';
import { describeEntity, listFactsOf } from '../metadata/describeEntity.ts';
import { formatFacts } from '../metadata/fact.ts';
import { listFilteredOut } from '../metadata/filteredOut.ts';
import { findEntity } from '../metadata/findEntity.ts';
import { listNearest } from '../metadata/nearestEntityIds.ts';
import { type StoredMetadata, withStoredMetadata } from '../metadata/withStoredMetadata.ts';
import { plain } from '../plain.ts';

type ShowOptions = { readonly json?: true; readonly xml?: true };

export function addMetadataShow(metadata: Command, context: CliContext): void {
  metadata
    .command('show')
    .description('what is known about one entity, how it is treated, and why')
    .argument('<entityID>')
    .option('--json', 'for scripts')
    .option('--xml', 'what the federation says of it, as it was verified')
    .action((entityId: string, options: ShowOptions) => show(context, entityId, options));
}

function show(context: CliContext, entityId: string, { json, xml }: ShowOptions): Promise<void> {
  return withStoredMetadata(context, async (stored) => {
    await stored.library.refresh({ wait: true, missing: true });
    const found = await findEntity(context, stored, entityId);
    if (found === undefined) throw await explainMissing(context, stored, entityId);
    if (xml) {
      const text = found.telling?.xml ?? refuseUsage('it was told by a query; --json shows it');
      context.terminal.print(escapeInvisibleXml(text));
    } else if (json) context.terminal.print(JSON.stringify(describeEntity(found), undefined, 2));
    else context.terminal.print(formatFacts(listFactsOf(found, context.clock())));
  });
}

/** Why nobody is found under an entityID, and what to do. */
export async function explainMissing(
  context: CliContext,
  { config, library }: Pick<StoredMetadata, 'config' | 'library'>,
  entityId: string,
): Promise<GakumonError> {
  if (entityId === config.idp.entityId) {
    return new GakumonError('metadata-not-found', {
      detail: `${entityId} is this IdP`,
      hint: 'gakumon metadata publish',
    });
  }
  const told = await library.serviceProviders.ask(entityId);
  if (told.kind === 'undecided') {
    return new GakumonError('metadata-not-found', {
      detail: `${entityId}: ${told.why}`,
      hint: 'try again in a minute',
    });
  }
  const oddities = library.sources().flatMap(({ warnings }) => warnings.filter((one) => one.entityId === entityId));
  if (oddities.length > 0) {
    const detail = [entityId, ...oddities.map(({ source, message }) => `${source}: ${message}`)].join('\n');
    return new GakumonError('metadata-not-found', {
      detail,
      hint: 'its source tells of it, and it is left out: ask there',
    });
  }
  const sources = await listFilteredOut(context, library.sources(), entityId);
  if (sources.length === 0) return notKnown(library, entityId);
  const detail = `${entityId} stands in ${sources.join(', ')}, where the filter of the source leaves it out`;
  return new GakumonError('metadata-not-found', { detail, hint: `look at filter in ${config.file}` });
}

function notKnown(library: StoredMetadata['library'], entityId: string): GakumonError {
  const near = listNearest(
    library.serviceProviders.list().map((one) => one.entityId),
    entityId,
  );
  const sources = library.sources().map(({ name }) => name);
  const hint = [
    near.length > 0 && `is it one of these? ${near.join(', ')}`,
    `the sources that were looked into: ${sources.join(', ') || 'none'}; gakumon metadata load FILE adds one`,
  ];
  return new GakumonError('metadata-not-found', { detail: entityId, hint: plain(hint.filter(Boolean).join('; ')) });
}
