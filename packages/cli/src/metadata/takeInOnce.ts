import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chooseIntake,
  type MetadataIndex,
  type MetadataSource,
  openReadableCopy,
  type ReadableCopy,
} from '@gakumon/metadata';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { interruptible } from '../interruptible.ts';
import { plain } from '../plain.ts';
import { readConfig } from '../withConfig.ts';
import { intakeProgress } from './intakeProgress.ts';

/** A document that was accepted, in a directory that goes when it is closed. */
export type Taken = { readonly copy: ReadableCopy; readonly directory: string; readonly close: () => Promise<void> };

/**
 * Takes in a document apart from what is in force: fetched or opened, verified, cut and indexed.
 * @param now milliseconds; the time that it is judged by
 * @throws GakumonError why it is refused; then nothing of it stays
 */
export async function takeApart(
  context: CliContext,
  source: MetadataSource,
  now: number,
  signal: AbortSignal,
): Promise<Taken> {
  const directory = await mkdtemp(join(tmpdir(), 'gakumon-intake-'));
  const clear = () => rm(directory, { recursive: true, force: true });
  const progress = intakeProgress(context.terminal);
  try {
    const proxy = source.origin.kind === 'url' ? await readProxy(context) : undefined;
    const job = { source, from: placeOf(source), into: directory, now, proxy };
    const onProgress = progress.show.bind(undefined, source.name);
    const { kind } = await chooseIntake(job, { onProgress, signal }).finally(progress.end);
    // Who asks without saying what he has is never answered that it is the same.
    if (kind === 'unchanged') throw new GakumonError('metadata-intake', { detail: 'the server sent no document' });
    const copy = openReadableCopy(directory, source);
    const close = (): Promise<void> => {
      copy.close();
      return clear();
    };
    return { copy, directory, close };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** The same for as long as `work` takes. Ctrl-C clears up too. */
export function takeInOnce<T>(
  context: CliContext,
  source: MetadataSource,
  now: number,
  work: (taken: Taken, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return interruptible(async (signal) => {
    const taken = await takeApart(context, source, now, signal);
    return work(taken, signal).finally(taken.close);
  });
}

function placeOf({ origin }: MetadataSource): Parameters<typeof chooseIntake>[0]['from'] {
  if (origin.kind === 'file') return { file: origin.path };
  if (origin.kind === 'url') return { url: origin.url, validators: {} };
  throw new Error(`a ${origin.kind} is not one document`);
}

/** A document can be looked at where nothing is installed yet. */
async function readProxy(context: CliContext): Promise<string | undefined> {
  try {
    return (await readConfig(context)).metadata.proxy;
  } catch (error) {
    if (isGakumonError(error) && error.code === 'config-missing') return undefined;
    throw error;
  }
}

/** What an operator should know of a document that was accepted. */
export function tellOddities(context: Pick<CliContext, 'terminal'>, { warnings, entities }: MetadataIndex): void {
  tellWarnings(context, warnings);
  if (entities.every(({ validUntil }) => validUntil !== undefined)) return;
  context.terminal.say('warning', 'there is no validUntil: it counts until it is replaced or removed');
}

const mostTold = 20;

/** What is odd about a document, on the error side. */
function tellWarnings(
  { terminal }: Pick<CliContext, 'terminal'>,
  warnings: readonly { readonly entityId: string | undefined; readonly message: string }[],
): void {
  for (const { entityId, message } of warnings.slice(0, mostTold)) {
    terminal.say('warning', plain([entityId, message].filter(Boolean).join(': ')));
  }
  if (warnings.length > mostTold) terminal.say('warning', `and ${warnings.length - mostTold} more like these`);
}
