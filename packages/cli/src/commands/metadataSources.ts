import { noteTold, type SourceState } from '@gakumon/metadata';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { acceptCommand } from '../metadata/acceptHeld.ts';
import { isoTime, tellMoment } from '../metadata/moments.ts';
import { withStoredMetadata } from '../metadata/withStoredMetadata.ts';
import { plain } from '../plain.ts';
import { formatTable } from '../table.ts';

export function addMetadataSources(metadata: Command, context: CliContext): void {
  metadata
    .command('sources')
    .description('where metadata comes from, and how each source stands on this machine')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => list(context, options.json === true));
}

function list(context: CliContext, json: boolean): Promise<void> {
  return withStoredMetadata(context, async ({ library }) => {
    const now = context.clock();
    const states = library.sources();
    if (json) context.terminal.print(JSON.stringify(states.map(describe), undefined, 2));
    else {
      const headings = ['source', 'SPs', 'accepted', 'asked', 'valid until', 'next', 'state', 'from'];
      context.terminal.print(
        formatTable(
          headings,
          states.map((state) => rowOf(state, now)),
        ),
      );
      for (const state of states) tellTrouble(context, state, now);
      for (const { name, held } of states) for (const document of held) tellHeld(context, name, document);
    }
    for (const { held } of states) for (const document of held) await noteTold(document);
  });
}

function tellTrouble({ terminal }: CliContext, state: SourceState, now: number): void {
  const { name, problem, validUntil } = state;
  if (validUntil !== undefined && validUntil <= now) {
    const what = `expired ${tellMoment(validUntil, now)}, and nobody can log in to what only this source tells of`;
    terminal.say('warning', plain(`${name}: ${what}`));
    if (problem === undefined) terminal.say('hint', plain(wayOut(state)));
  }
  if (problem === undefined) return;
  terminal.say('warning', plain(`${name}: ${problem}`));
  terminal.say('hint', plain(state.hint ?? wayOut(state)));
}

function wayOut({ name, kind, source: { origin } }: SourceState): string {
  if (kind === 'loaded' || kind === 'records') return `gakumon metadata load FILE --name ${name}`;
  if ('path' in origin) return `put a fresh document at ${origin.path}`;
  return `gakumon metadata refresh ${name} says what is wrong`;
}

function tellHeld({ terminal }: CliContext, name: string, held: SourceState['held'][number]): void {
  terminal.say('warning', plain(`${name}: held back: ${held.reason}`));
  terminal.say('hint', `gakumon metadata diff ${name} shows all of it; ${acceptCommand(name, held)} takes it`);
}

function rowOf(state: SourceState, now: number): string[] {
  const { name, serviceProviders, acceptedAt, checkedAt, validUntil, nextAt } = state;
  const times = [acceptedAt, checkedAt, validUntil, nextAt].map((at) => (at === undefined ? '' : tellMoment(at, now)));
  return [name, `${serviceProviders}`, ...times, standingOf(state, now), originOf(state)];
}

/** One word; `check` says more. */
function standingOf({ problem, held, validUntil }: SourceState, now: number): string {
  if (validUntil !== undefined && validUntil <= now) return 'expired';
  if (held.length > 0) return 'held';
  return problem === undefined ? 'ok' : 'trouble';
}

function originOf({ kind, source: { origin } }: SourceState): string {
  if (kind === 'loaded' || kind === 'records') return kind;
  return 'url' in origin ? origin.url : origin.path;
}

function describe(state: SourceState) {
  const { name, kind, serviceProviders, identityProviders, problem, hint, held } = state;
  const { acceptedAt, checkedAt, validUntil, nextAt, loadedAt, documents } = state;
  return {
    name,
    kind,
    origin: originOf(state),
    serviceProviders,
    identityProviders,
    acceptedAt: isoTime(acceptedAt),
    checkedAt: isoTime(checkedAt),
    validUntil: isoTime(validUntil),
    nextAt: isoTime(nextAt),
    loadedAt: isoTime(loadedAt),
    problem,
    hint,
    held: held.map(({ sha256, reason, since, lost }) => ({ sha256, reason, since: isoTime(since), lost })),
    documents: documents.map(({ label, facts }) => ({ label, sha256: facts?.sha256, signer: facts?.signer })),
  };
}
