import { isOfFetch, type MetadataOrders, noteTold, type SourceState } from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { type Accepted, acceptCommand, chooseAccepted, isHash } from '../metadata/acceptHeld.ts';
import { chooseSources } from '../metadata/chooseSources.ts';
import { countBetween } from '../metadata/compareCopies.ts';
import { tellMoment, tellTime } from '../metadata/moments.ts';
import { withStoredMetadata } from '../metadata/withStoredMetadata.ts';
import { plain } from '../plain.ts';

type RefreshOptions = { readonly accept?: true | string; readonly json?: true };
type DocumentState = SourceState['documents'][number];

/** What came of one document. */
type Outcome = {
  readonly source: string;
  readonly document: string;
  readonly outcome: 'unchanged' | 'new' | 'held' | 'refused';
  /** The change, or the reason. */
  readonly detail: string;
  /** Of a document that is held back. */
  readonly sha256?: string;
};

export function addMetadataRefresh(metadata: Command, context: CliContext): void {
  metadata
    .command('refresh')
    .description('ask for new documents now, here and on every node')
    .argument('[name]', 'the name of a source (else every one)')
    .option('--accept [sha256]', 'take what is held back: this document, or else what you were told of last')
    .option('--json', 'what came of each document, for scripts')
    .action((name: string | undefined, options: RefreshOptions) => refresh(context, name, options));
}

async function refresh(context: CliContext, named: string | undefined, options: RefreshOptions): Promise<void> {
  const { name, accept } = readAccept(named, options);
  const outcomes = await withStoredMetadata(context, async ({ library, records }) => {
    const before = chooseSources(library.sources(), name);
    if (name !== undefined) refuseHandLoaded(before);
    // What is held back now: what comes while this runs is another document, which nobody has seen.
    const accepted = accept === undefined ? [] : await chooseAccepted(before, accept);
    await giveOrders(records.orders, before, accepted, context.clock());
    await library.refresh({ wait: true, force: true, names: before.map((state) => state.name) });
    const after = chooseSources(library.sources(), name).filter(isAsked);
    for (const { held } of after) for (const document of held) await noteTold(document);
    return after.flatMap((state) => describeOutcomes(state, before, context.clock()));
  });
  if (options.json) context.terminal.print(JSON.stringify(outcomes, undefined, 2));
  else if (outcomes.length === 0) context.terminal.print('there is no document to ask for');
  else for (const outcome of outcomes) context.terminal.print(plain(tellOutcome(outcome)));
  failUnlessTaken(outcomes);
}

/** In `--accept NAME` the name of the source follows the option, and is no hash. */
function readAccept(
  named: string | undefined,
  { accept }: RefreshOptions,
): { readonly name: string | undefined; readonly accept: string | true | undefined } {
  if (typeof accept !== 'string' || isHash(accept)) return { name: named, accept };
  if (named === undefined) return { name: accept, accept: true };
  return refuseUsage(`--accept ${accept}: say at least 16 digits of the SHA-256 that refresh, diff and sources tell`);
}

const isAsked = ({ kind }: SourceState): boolean => kind !== 'loaded' && kind !== 'records';

function refuseHandLoaded(states: readonly SourceState[]): void {
  const loaded = states.find((state) => !isAsked(state));
  if (loaded === undefined) return;
  refuseUsage(
    `${loaded.name} was loaded by hand, and there is nowhere to ask; gakumon metadata load FILE --name ${loaded.name}`,
  );
}

/** Before this node asks: so the others learn of it even when it breaks off here. */
async function giveOrders(
  orders: MetadataOrders,
  states: readonly SourceState[],
  accepted: readonly Accepted[],
  at: number,
): Promise<void> {
  for (const { source, sha256 } of accepted) await orders.give({ kind: 'accept', source, sha256, at });
  for (const { name, kind } of states) {
    if (kind === 'url') await orders.give({ kind: 'refresh', source: name, at });
  }
}

function describeOutcomes(state: SourceState, before: readonly SourceState[], now: number): Outcome[] {
  const old = before.find(({ name }) => name === state.name)?.documents ?? [];
  return state.documents.map((document) => {
    const told = { source: state.name, document: document.label };
    const { problem, held } = document;
    if (problem !== undefined) return { ...told, outcome: 'refused', detail: problem };
    if (held !== undefined) return { ...told, outcome: 'held', detail: tellHeld(state, held), sha256: held.sha256 };
    // What was accepted under another trust was not in force, and is still what this one follows.
    const previous = old.find(({ label }) => label === document.label)?.current ?? document.previous;
    if (document.current === undefined || document.current.sha256 === previous?.sha256) {
      return { ...told, outcome: 'unchanged', detail: `${tellEnd(document)}${tellAge(document, now)}` };
    }
    return {
      ...told,
      outcome: 'new',
      detail: `${countBetween(state.source, previous?.directory, document.current.directory)}; ${tellEnd(document)}`,
    };
  });
}

function tellHeld({ name }: SourceState, held: NonNullable<DocumentState['held']>): string {
  return `${held.reason}; gakumon metadata diff ${name} shows all of it, ${acceptCommand(name, held)} takes it`;
}

function tellEnd({ facts }: DocumentState): string {
  return facts?.validUntil === undefined ? 'valid for ever' : `valid until ${tellTime(facts.validUntil)}`;
}

function tellAge({ facts }: DocumentState, now: number): string {
  return facts === undefined ? '' : `, taken ${tellMoment(facts.acceptedAt, now)}`;
}

function tellOutcome({ source, outcome, detail }: Outcome): string {
  const isAway = outcome === 'refused' && isOfFetch(detail);
  return `${source}: ${isAway ? 'cannot be fetched' : outcome}: ${detail}`;
}

function failUnlessTaken(outcomes: readonly Outcome[]): void {
  const left = outcomes.filter(({ outcome }) => outcome === 'held' || outcome === 'refused');
  if (left.length === 0) return;
  const detail = `${count(left.length, 'document was', 'documents were')} not taken`;
  const [held] = left.filter(({ outcome }) => outcome === 'held');
  throw new GakumonError('metadata-intake', {
    detail,
    hint: held === undefined ? 'what was accepted before stays in force' : hintOfHeld(held),
  });
}

function hintOfHeld({ source, sha256 = '' }: Outcome): string {
  return `gakumon metadata diff ${source} shows what is held back; when it is right: ${acceptCommand(source, { sha256 })}`;
}
