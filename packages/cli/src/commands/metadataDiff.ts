import { type EntityChange, noteTold, type ServiceProviderUse, type SourceState } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { interruptible } from '../interruptible.ts';
import { printJsonList } from '../jsonList.ts';
import { acceptCommand } from '../metadata/acceptHeld.ts';
import { chooseSources } from '../metadata/chooseSources.ts';
import { compareCopies, countBetween } from '../metadata/compareCopies.ts';
import { listLastUses } from '../metadata/lastUses.ts';
import { takeApart } from '../metadata/takeInOnce.ts';
import { describeChange, tellChange, tellUsedCounts } from '../metadata/tellChange.ts';
import { withStoredMetadata } from '../metadata/withStoredMetadata.ts';
import { plain } from '../plain.ts';

type DiffOptions = { readonly previous?: true; readonly json?: true };
type DocumentState = SourceState['documents'][number];

/** What is compared, and the change of each service provider, to be gone through once. */
type Comparison = { readonly source: string; readonly title: string; readonly changes: AsyncIterable<EntityChange> };

export function addMetadataDiff(metadata: Command, context: CliContext): void {
  metadata
    .command('diff')
    .description('what a refresh would change, or what is held back; nothing is taken')
    .argument('[name]', 'the name of a source (else every one)')
    .option('--previous', 'what the last change of it changed')
    .option('--json', 'each service provider that came, went or changed, for scripts')
    .action((name: string | undefined, options: DiffOptions) => diff(context, name, options));
}

function diff(context: CliContext, name: string | undefined, options: DiffOptions): Promise<void> {
  const work = (signal: AbortSignal): Promise<void> =>
    withStoredMetadata(context, async ({ library, uses }) => {
      const states = chooseSources(library.sources(), name);
      const lastUses = await listLastUses(uses, context.clock());
      const comparisons = listComparisons(context, states, lastUses, options, signal);
      if (options.json) await printJsonList(describeAll(comparisons));
      else await tellAll(context, comparisons, options);
    });
  return interruptible(work);
}

async function* listComparisons(
  context: CliContext,
  states: readonly SourceState[],
  uses: readonly ServiceProviderUse[],
  { previous }: DiffOptions,
  signal: AbortSignal,
): AsyncGenerator<Comparison> {
  for (const state of states) {
    for (const document of state.documents) {
      if (previous) yield* comparePrevious(state, document, uses);
      else if (document.held !== undefined) yield* compareHeld(state, document, uses);
      else if (state.kind === 'url') yield* compareFresh(context, state, document, uses, signal);
    }
  }
}

function* comparePrevious(
  { source, name }: SourceState,
  { label, previous, current }: DocumentState,
  uses: readonly ServiceProviderUse[],
): Generator<Comparison> {
  if (previous === undefined || current === undefined) return;
  const changes = compareCopies(source, previous.directory, current.directory, uses);
  const counts = countBetween(source, previous.directory, current.directory);
  yield { source: name, title: `${name}: what the last change of ${label} changed: ${counts}`, changes };
}

async function* compareHeld(
  { source, name }: SourceState,
  { held, current }: DocumentState,
  uses: readonly ServiceProviderUse[],
): AsyncGenerator<Comparison> {
  if (held === undefined) return;
  const title = `${name}: held back: ${held.reason}; ${acceptCommand(name, held)} would change: ${countBetween(source, current?.directory, held.directory)}`;
  yield { source: name, title, changes: compareCopies(source, current?.directory, held.directory, uses) };
  await noteTold(held);
}

async function* compareFresh(
  context: CliContext,
  { source, name }: SourceState,
  { current }: DocumentState,
  uses: readonly ServiceProviderUse[],
  signal: AbortSignal,
): AsyncGenerator<Comparison> {
  const { copy, close } = await takeApart(context, source, context.clock(), signal);
  try {
    const isSame = copy.index.facts.sha256 === current?.sha256;
    const counts = countBetween(source, current?.directory, copy);
    const title = `${name}: ${isSame ? 'the newest document is in force' : 'a refresh would change'}: ${counts}`;
    yield { source: name, title, changes: compareCopies(source, current?.directory, copy, uses) };
  } finally {
    await close();
  }
}

async function* describeAll(comparisons: AsyncIterable<Comparison>): AsyncGenerator<unknown> {
  for await (const { source, changes } of comparisons) {
    for await (const change of changes) yield describeChange(source, change);
  }
}

async function tellAll(
  { terminal }: CliContext,
  comparisons: AsyncIterable<Comparison>,
  { previous }: DiffOptions,
): Promise<void> {
  let isAny = false;
  for await (const { title, changes } of comparisons) {
    const counts = { came: 0, went: 0, changed: 0, used: 0 };
    terminal.print(plain(title));
    for await (const change of changes) {
      counts[change.kind] += 1;
      if (change.lastUse !== undefined) counts.used += 1;
      for (const line of tellChange(change)) terminal.print(`  ${line}`);
    }
    terminal.print(`  ${tellUsedCounts(counts)}`);
    isAny = true;
  }
  if (isAny) return;
  terminal.print(
    previous ? 'no source has had a document before this one' : 'no source is fetched, and nothing is held back',
  );
}
