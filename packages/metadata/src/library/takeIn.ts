import { constants } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { MetadataIndex } from '../index/metadataIndex.ts';
import type { MetadataSource } from '../sources/source.ts';
import { decideGuard, type MostServiceProviders, mostLately } from '../trust/guard.ts';
import { listUsable } from '../trust/listUsable.ts';
import type { Slot } from './copies/slot.ts';
import type { CopyReference, HeldCopy, SlotState } from './copies/slotState.ts';
import { type DocumentOrigin, fromStoredDocument } from './documentOrigin.ts';
import { documentFile } from './intake/documentFile.ts';
import { type OpenedCopy, openCopy } from './openCopy.ts';
import type { HttpValidators, Intake, IntakeJob, IntakeProgress, IntakeResult } from './refreshing.ts';

/** How documents are taken in, and what the guard asks. */
export type IntakeRoom = {
  /** Small jobs at once, large ones in their turn (`createIntakeQueue`). */
  readonly intake: Intake;
  readonly now: () => number;
  /** The HTTP proxy that leads to urls and mdq; undefined: the way is direct. */
  readonly proxy?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: ((source: string, progress: IntakeProgress) => void) | undefined;
  /** The entityIDs that people used in the last 90 days. Never rejects. */
  readonly listUsed: () => Promise<ReadonlySet<string>>;
  /** Closes a copy once nobody can be asking it any more. */
  readonly retire: (copy: OpenedCopy) => void;
  /** Whether an operator said that this document is to be taken whatever the guard says. */
  readonly isAccepted: (source: string, sha256: string) => boolean;
};

export type TakingIn = {
  readonly source: MetadataSource;
  readonly origin: DocumentOrigin;
  readonly slot: Slot;
  /** How the slot stands. */
  readonly state: SlotState;
  /** What the origin looks like. */
  readonly stamp: string | undefined;
  /** The trust that it is judged under now. */
  readonly trust: string;
  /** What is in force, if it was accepted under this trust. */
  readonly before: MetadataIndex | undefined;
  /** Judge what is stored again, without the network. */
  readonly isAgain: boolean;
  /** Nothing that was seen before counts. */
  readonly isAfresh: boolean;
};

const mostLostKept = 100;

/**
 * Takes in one document and writes down what came of it; to bring it into force is the business of whoever looks at the
 * slot next, in whatever process.
 * @returns the new copy when it had to be opened for the guard and may come into force
 * @throws GakumonError why it was refused; then nothing has changed
 */
export async function takeIn(room: IntakeRoom, taking: TakingIn): Promise<OpenedCopy | undefined> {
  const copy = await taking.slot.makeCopy();
  let isKept = false;
  try {
    const result = await runJob(room, taking, copy.path).catch((error: unknown) =>
      Promise.reject(ofServer(taking, error)),
    );
    await keepFile(taking, join(copy.path, documentFile));
    const settled = await settle(room, taking, copy, result);
    isKept = settled.isKept;
    return settled.opened;
  } finally {
    if (!isKept) await rm(copy.path, { recursive: true, force: true });
  }
}

/**
 * A file stays beside its copy, to be judged again under another trust; for what the records hold there is no need. A file
 * that changed meanwhile is not the one that was judged.
 */
async function keepFile({ origin, source, stamp, isAgain }: TakingIn, kept: string): Promise<void> {
  const { file } = origin;
  if (source.origin.kind === 'url' || (file !== undefined && isAgain)) return;
  await rm(kept, { force: true });
  if (file === undefined) return;
  const isSame = await copyFile(file, kept, constants.COPYFILE_FICLONE)
    // Whoever may write into the operator's file has no business in the cache.
    .then(() => chmod(kept, 0o600))
    .then(async () => (await origin.look()) === stamp)
    .catch(() => false);
  // Without it another trust has nothing to compare with, and that is all.
  if (!isSame) await rm(kept, { force: true });
}

async function runJob(room: IntakeRoom, taking: TakingIn, into: string): Promise<IntakeResult> {
  const { source } = taking;
  const from = await placeOf(taking, into);
  const onProgress = (progress: IntakeProgress): void => room.onProgress?.(source.name, progress);
  return room.intake({ source, from, into, now: room.now(), proxy: room.proxy }, { onProgress, signal: room.signal });
}

function placeOf({ origin, slot, state, isAgain, isAfresh }: TakingIn, into: string): Promise<IntakeJob['from']> {
  if (isAgain && state.current !== undefined) {
    return fromStoredDocument(join(slot.directory, state.current.directory), into);
  }
  return origin.from(into, isAfresh ? {} : state.validators);
}

/** That the server has nothing newer is no good news once what it has is over. */
function refuseStale({ before, state }: TakingIn, now: number): void {
  const validUntil = before?.facts.validUntil;
  if (validUntil !== undefined && validUntil <= now && state.held === undefined) throw stillServed(validUntil);
}

function ofServer({ source, isAgain }: TakingIn, error: unknown): unknown {
  if (isGakumonError(error) && error.data.signer === 'other') return withWayToSigner(source, error);
  if (source.origin.kind !== 'url' || isAgain || !isGakumonError(error) || error.code !== 'metadata-expired')
    return error;
  const { validUntil } = error.data;
  return typeof validUntil === 'number' ? stillServed(validUntil) : error;
}

/** Where the certificate of a new signer goes, for whoever has found it to be the right one. */
function withWayToSigner({ signers }: MetadataSource, error: GakumonError): GakumonError {
  const file = signers.flatMap((signer) => ('file' in signer ? signer.file : [])).at(-1);
  const way = file === undefined ? 'load it again with both (--cert)' : `append it to ${file}; no restart`;
  const { code, detail = '', data, cause } = error;
  return new GakumonError(code, {
    detail,
    data,
    cause,
    hint: `${error.hint}; once you know a new certificate to be the federation's: ${way}`,
  });
}

function stillServed(validUntil: number): GakumonError {
  return new GakumonError('metadata-expired', {
    detail: `the federation still serves a document that expired at ${new Date(validUntil).toISOString().replace('.000Z', 'Z')}`,
    hint: "look at this machine's clock; when it is right, tell the federation",
    data: { validUntil },
  });
}

type Settled = {
  /** Whether a state names the copy. */
  readonly isKept: boolean;
  readonly opened: OpenedCopy | undefined;
};

async function settle(
  room: IntakeRoom,
  taking: TakingIn,
  copy: { readonly name: string; readonly path: string },
  result: IntakeResult,
): Promise<Settled> {
  const { slot, stamp, trust, isAgain, isAfresh } = taking;
  const checked = { checkedAt: room.now(), problem: undefined, failures: 0, retryAfter: undefined };
  if (result.kind === 'unchanged') {
    refuseStale(taking, room.now());
    await slot.change((state) => ({ ...state, ...checked }));
    return { isKept: false, opened: undefined };
  }
  const { sha256 } = result.facts;
  if (result.facts.trust !== trust) {
    throw new GakumonError('metadata-intake', { detail: 'the certificates of the signers changed meanwhile' });
  }
  // Whoever judges again what is stored has asked nobody: the next question has to be a full one.
  const validators: HttpValidators = isAgain ? {} : result.validators;
  const asked = isAgain ? { ...checked, checkedAt: undefined } : checked;
  const reference: CopyReference = { directory: copy.name, sha256, trust, stamp };
  const { held, opened, most } = await judge(room, taking, reference);
  const written = await slot.change((state) => {
    const { current } = state;
    const isSame = current?.sha256 === sha256 && current.trust === trust && !isAfresh;
    if (isSame) return { ...state, ...asked, validators, current: { ...current, stamp }, held: undefined };
    if (held !== undefined) return { ...state, ...asked, validators, held: sameHeld(state.held, held) };
    const previous = current?.sha256 === sha256 ? state.previous : current;
    return { ...state, ...asked, validators, current: reference, previous, held: undefined, most };
  });
  if (written.current?.directory === copy.name) return { isKept: true, opened };
  opened?.close();
  return { isKept: written.held?.directory === copy.name, opened: undefined };
}

/** What an operator was told of stays where it is when the same document comes again. */
function sameHeld(old: HeldCopy | undefined, next: HeldCopy): HeldCopy {
  const isSame = old?.sha256 === next.sha256 && old.trust === next.trust;
  return isSame ? { ...next, directory: old.directory, since: old.since } : next;
}

type Judgement = {
  /** The copy as it is held back, with the reason. */
  readonly held?: HeldCopy;
  /** Or else the opened one, if it had to be opened. */
  readonly opened?: OpenedCopy;
  readonly most?: SlotState['most'];
};

async function judge(
  room: IntakeRoom,
  { source, origin, slot, state, before }: TakingIn,
  reference: CopyReference,
): Promise<Judgement> {
  const now = room.now();
  if (before === undefined || !isGuarded(source, origin, before)) return {};
  if (room.isAccepted(source.name, reference.sha256)) return {};
  const used = await room.listUsed();
  const opened = await openCopy(slot.directory, reference, source);
  const inForce = listUsable(before, now);
  const most = mostLately(mostUnder(reference.trust, state), inForce.length, now);
  const ends = endsOf(source, before, opened.index, now);
  const after = listUsable(opened.index, now);
  const decision = decideGuard({ before: inForce, after, used, guard: source.guard, most: most.count, ends });
  if (decision.kind === 'pass') return { opened, most: { ...most, trust: reference.trust } };
  opened.close();
  const { reason, lost } = decision;
  const { validUntil } = opened.index.facts;
  const since = state.held?.since ?? now;
  return { held: { ...reference, reason, since, lost: lost.slice(0, mostLostKept), validUntil } };
}

const mostUnder = (trust: string, { most }: SlotState): MostServiceProviders | undefined =>
  most?.trust === trust ? most : undefined;

/** Who may write a document is believed about its age, too; a signed one may have been written long ago. */
function endsOf(
  { signers }: MetadataSource,
  before: MetadataIndex,
  after: MetadataIndex,
  now: number,
): { readonly before: number | undefined; readonly after: number | undefined } | undefined {
  const { validUntil } = before.facts;
  if (signers.length === 0 || (validUntil !== undefined && validUntil <= now)) return undefined;
  return { before: validUntil, after: after.facts.validUntil };
}

function isGuarded({ signers }: MetadataSource, { guard }: DocumentOrigin, { entities }: MetadataIndex): boolean {
  return guard === 'always' || (guard === 'if-signed-or-large' && (signers.length > 0 || entities.length >= 10));
}
