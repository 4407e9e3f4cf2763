import { isGakumonError } from '@gakumon/terms';
import type { MostServiceProviders } from '../../trust/guard.ts';
import type { HttpValidators } from '../refreshing.ts';

/** A copy of a document that was taken in, complete on the disk. */
export type CopyReference = {
  /** The name of its directory. */
  readonly directory: string;
  /** Of the document as it came, lower-case hex. */
  readonly sha256: string;
  /** Under which trust it was accepted. */
  readonly trust: string;
  /** What the origin looked like when it was read; undefined for a url. */
  readonly stamp: string | undefined;
};

/** A copy that the guard holds back. */
export type HeldCopy = CopyReference & {
  readonly reason: string;
  /** Milliseconds. */
  readonly since: number;
  /** The entityIDs that it no longer has, those in use first; not all of a great many. */
  readonly lost: readonly string[];
  /** Of the document, milliseconds. */
  readonly validUntil?: number | undefined;
};

/** Why the newest content of a source is not in force, and what an operator can do about it. */
export type SourceProblem = { readonly message: string; readonly hint?: string | undefined };

/** What an operator can do about a source that went wrong; where that is nothing, what happens by itself. */
export function hintFor(error: unknown): string | undefined {
  if (!isGakumonError(error)) return undefined;
  const isPassing = error.code === 'metadata-fetch' || error.code === 'metadata-intake';
  return error.hint ?? (isPassing ? 'what was accepted before stays in force, and it is tried again' : undefined);
}

/** What is known of one document of one source, on the disk and shared by all processes of this machine. */
export type SlotState = {
  readonly version: 1;
  readonly current?: CopyReference | undefined;
  readonly previous?: CopyReference | undefined;
  readonly held?: HeldCopy | undefined;
  /** How many service providers it had at most of late, as far as they were accepted under this trust. */
  readonly most?: (MostServiceProviders & { readonly trust: string }) | undefined;
  readonly validators: HttpValidators;
  /** When the origin was last asked, milliseconds. */
  readonly checkedAt?: number | undefined;
  /** Why the last intake was refused. */
  readonly problem?: SourceProblem | undefined;
  /** How many intakes failed in a row. */
  readonly failures: number;
  /** How long the server asked to be left alone then, milliseconds. */
  readonly retryAfter?: number | undefined;
};

export const emptySlot: SlotState = { version: 1, validators: {}, failures: 0 };

/** Every directory that somebody needs. */
export function listNeeded({ current, previous, held }: SlotState): readonly string[] {
  return [current, previous, held].filter((copy) => copy !== undefined).map(({ directory }) => directory);
}

const directoryName = /^copy-[0-9a-f-]{36}$/;

/**
 * Reads what a process of ours wrote.
 * @returns undefined for what is torn, of another version, or names a directory that can't be one of its copies
 */
export function parseSlotState(text: string): SlotState | undefined {
  try {
    const state: SlotState = JSON.parse(text);
    return isSound(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isSound({
  version,
  current,
  previous,
  held,
  validators,
  checkedAt,
  problem,
  failures,
  retryAfter,
  most,
}: SlotState): boolean {
  return (
    version === 1 &&
    [current, previous, held].every((copy) => copy === undefined || isReference(copy)) &&
    (held === undefined || (isText(held.reason) && Number.isFinite(held.since) && held.lost.every(isText))) &&
    [validators.etag, validators.lastModified, problem?.hint].every((text) => text === undefined || isText(text)) &&
    (problem === undefined || isText(problem.message)) &&
    Number.isSafeInteger(failures) &&
    [checkedAt, retryAfter, held?.validUntil, most?.count, most?.at].every(
      (time) => time === undefined || Number.isFinite(time),
    )
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';

function isReference({ directory, sha256, trust, stamp }: CopyReference): boolean {
  return directoryName.test(directory) && [sha256, trust, stamp ?? ''].every(isText);
}
