import { GakumonError, hours, isGakumonError, minutes, reasonOf } from '@gakumon/terms';
import { retryAfterOf } from '../sources/http/retryAfter.ts';
import type { MetadataSource } from '../sources/source.ts';
import { trustStampOf } from '../trust/trustStamp.ts';
import type { Slot } from './copies/slot.ts';
import { emptySlot, hintFor, type SlotState, type SourceProblem } from './copies/slotState.ts';
import type { DocumentOrigin } from './documentOrigin.ts';
import { nextIntakeAt } from './nextIntake.ts';
import { type OpenedCopy, openCopy } from './openCopy.ts';
import { readSigners, stampOfSigners } from './readSigners.ts';
import { type IntakeRoom, takeIn } from './takeIn.ts';

/** How one document of a source stands. */
export type DocumentStanding = {
  readonly label: string;
  readonly slot: Slot;
  readonly state: SlotState;
  /** What is in force. */
  readonly copy: OpenedCopy | undefined;
  readonly problem: SourceProblem | undefined;
  /** Whether an intake runs in this process. */
  readonly isBusy: boolean;
  /** When it is asked again, milliseconds; undefined: when it changes. */
  readonly nextAt: number | undefined;
};

/** Looks after one document: what is stored of it, what is new, and what is in force. */
export interface DocumentKeeper {
  /** Brings what is stored into force: no network, no verification. */
  open(): Promise<void>;
  /**
   * Looks for changes, of the origin and of what other processes stored; cheap when there are none. An intake that is
   * due is done when it is small; another one begins, and is over when `settled` is. Never rejects.
   */
  look(options: LookOptions): Promise<void>;
  /** The intake that runs. */
  settled(): Promise<void>;
  /** What was read turned out to be damaged. */
  suspect(copy: OpenedCopy): void;
  standing(): DocumentStanding;
  close(): void;
}

export type LookOptions = {
  /** Ask now, whatever the time. */
  readonly force?: boolean | undefined;
  /** Ask no server for what is there already. */
  readonly missing?: boolean | undefined;
  /** Somebody ordered at this time that it be asked, milliseconds. */
  readonly orderedAt?: number | undefined;
};

export type KeeperOptions = {
  readonly source: MetadataSource;
  readonly origin: DocumentOrigin;
  readonly slot: Slot;
  readonly room: IntakeRoom;
};

/** When something is tried again that was refused, though nothing has changed but the time. */
const laterPatience = { content: hours(1), machine: minutes(1) } as const;

export function keepDocument({ source, origin, slot, room }: KeeperOptions): DocumentKeeper {
  let state: SlotState = emptySlot;
  let seen = '';
  let copy: OpenedCopy | undefined;
  let prepared: OpenedCopy | undefined;
  let trust: string | undefined;
  let signersSeen: string | undefined;
  let trouble: SourceProblem | undefined;
  let refused: { readonly what: string; readonly at: number; readonly patience: number } | undefined;
  let suspected: string | undefined;
  let unwritten: Pick<SlotState, 'checkedAt' | 'problem' | 'failures' | 'retryAfter'> | undefined;
  let running: Promise<void> | undefined;
  /** Whoever starts again has perhaps mended what was wrong. */
  let isFirstLook = true;

  async function readTrust(): Promise<string> {
    const stamp = await stampOfSigners(source.signers);
    if (trust !== undefined && stamp === signersSeen) return trust;
    const fingerprints = (await readSigners(source.signers)).map(({ fingerprint }) => fingerprint);
    if (fingerprints.length === 0 && !source.unsigned) {
      throw new GakumonError('metadata-trust-undecided', { detail: source.name });
    }
    trust = trustStampOf(source, fingerprints);
    signersSeen = stamp;
    return trust;
  }

  /** Takes up what this process or another stored. */
  async function follow(under: string): Promise<void> {
    const stamp = await slot.stamp();
    if (stamp !== seen) state = await slot.read();
    seen = stamp;
    // Before what is held back is judged: a process that has just started has nothing in force until it has looked.
    await bringCurrent(under);
    const { held } = state;
    // One that is damaged is made anew: who is lost is compared with that.
    const isNothingValid = copy === undefined ? state.current?.trust !== under : isExpired(copy, room.now());
    // One that is over as well is no better: perhaps the clock is wrong, and nobody has looked at it.
    const isBetter = isNothingValid && !isOver(held?.validUntil, room.now());
    if (held !== undefined && held.trust === under && (isBetter || room.isAccepted(source.name, held.sha256))) {
      state = await slot.change((now) => (now.held?.directory === held.directory ? acceptHeld(now) : now));
      await bringCurrent(under);
    }
  }

  async function bringCurrent(under: string): Promise<void> {
    const wanted = state.current;
    // Another process judged it under the trust of today, and refused it.
    if (wanted === undefined && copy !== undefined && copy.reference.trust !== under) replaceCopy(undefined);
    if (wanted?.trust !== under || wanted.directory === copy?.reference.directory || wanted.directory === suspected)
      return;
    await bringIntoForce(under);
  }

  async function bringIntoForce(under: string): Promise<void> {
    const { current, previous } = state;
    if (current === undefined) return;
    try {
      replaceCopy(takePrepared(current.directory) ?? (await openCopy(slot.directory, current, source)));
      // It may have been prepared meanwhile.
      takePrepared(current.directory)?.close();
    } catch {
      // It is made anew; until then the one before it is better than nothing.
      suspected = current.directory;
      if (copy !== undefined || previous?.trust !== under) return;
      try {
        const opened = await openCopy(slot.directory, previous, source);
        if (isExpired(opened, room.now())) opened.close();
        else replaceCopy(opened);
      } catch {}
    }
  }

  /** Opened already, to be brought into force. */
  function prepare(opened: OpenedCopy | undefined): void {
    prepared?.close();
    prepared = opened;
    // Another look may have been faster.
    if (copy !== undefined) takePrepared(copy.reference.directory)?.close();
  }

  function takePrepared(directory: string): OpenedCopy | undefined {
    if (prepared?.reference.directory !== directory) return undefined;
    const taken = prepared;
    prepared = undefined;
    return taken;
  }

  function replaceCopy(next: OpenedCopy | undefined): void {
    if (copy !== undefined) room.retire(copy);
    copy = next;
  }

  function isDue(stamp: string | undefined, under: string, { force, missing, orderedAt = 0 }: LookOptions): boolean {
    const { current, held } = state;
    const { checkedAt = 0 } = told();
    const now = room.now();
    if (missing === true && stamp === undefined && copy !== undefined) return false;
    // A time that lies ahead was written by a clock that was wrong, and must not keep anything from happening.
    if (force === true || orderedAt > (checkedAt > now ? 0 : checkedAt)) return true;
    const isPatient = refused !== undefined && now >= refused.at && now < refused.at + refused.patience;
    if (isPatient && refused?.what === `${stamp} ${under}`) return stamp === undefined && now >= nextAt();
    if (current !== undefined && (current.directory === suspected || current.trust !== under)) return true;
    if (stamp === undefined) return now >= nextAt() || (isFirstLook && current === undefined);
    return current?.stamp !== stamp && (held?.stamp !== stamp || held?.trust !== under);
  }

  /** With the last attempt of this process, also when the disk was too full to write it down. */
  const told = (): SlotState => (unwritten === undefined ? state : { ...state, ...unwritten });
  const nextAt = (): number => nextIntakeAt(source, told(), copy?.index.facts, slot.directory, room.now());

  async function runIntake(stamp: string | undefined, under: string): Promise<void> {
    const { current } = state;
    const isOtherTrust = current !== undefined && current.trust !== under;
    const isSuspect = current !== undefined && current.directory === suspected;
    // What was in force is judged before what came since, so that the guard has something to compare that with.
    const isOther = stamp === undefined || (origin.guard !== 'never' && current?.stamp !== stamp);
    const isAgain = isOtherTrust && isOther;
    const before = isOtherTrust ? undefined : copy?.index;
    const taking = { source, origin, slot, state, stamp: isAgain ? current.stamp : stamp, trust: under, before };
    try {
      prepare(await takeIn(room, { ...taking, isAgain, isAfresh: isSuspect || isOtherTrust }));
      refused = undefined;
      suspected = undefined;
      unwritten = undefined;
    } catch (error) {
      if (room.signal.aborted) return;
      await noteRefusal(error, `${stamp} ${under}`, isOtherTrust, isAgain);
    }
  }

  /** What had to be judged again hides what is new: that follows at once. */
  async function runIntakes(stamp: string | undefined, under: string): Promise<void> {
    const isOtherTrust = state.current !== undefined && state.current.trust !== under;
    await runIntake(stamp, under);
    if (!isOtherTrust || stamp === undefined || room.signal.aborted) return;
    await attempt(() => follow(under));
    if (isDue(stamp, under, {})) await runIntake(stamp, under);
  }

  async function noteRefusal(error: unknown, what: string, isOtherTrust: boolean, isAgain: boolean): Promise<void> {
    const problem = problemOf(origin.label, error);
    const isOfMachine = !isGakumonError(error) || machineTroubles.has(error.code);
    // What the trust of today refuses is not believed because that of yesterday took it.
    if (isOtherTrust && !isOfMachine) replaceCopy(undefined);
    if (isAgain && (!isOfMachine || (error as NodeJS.ErrnoException).code === 'ENOENT'))
      state = await slot.change(forgetCurrent).catch(() => forgetCurrent(state));
    else refused = { what, at: room.now(), patience: laterPatience[isOfMachine ? 'machine' : 'content'] };
    const checked = isAgain ? {} : { checkedAt: room.now() };
    const failures = told().failures + 1;
    const retryAfter = retryAfterOf(error);
    const noted = { ...checked, problem, failures, retryAfter };
    unwritten = undefined;
    const written = await slot.change((old) => ({ ...old, ...noted })).catch(() => undefined);
    if (written === undefined) unwritten = noted;
    else state = written;
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      trouble = undefined;
    } catch (error) {
      trouble = problemOf(origin.label, error);
    }
  }

  return {
    open: () => attempt(async () => follow(await readTrust())),
    look: (options) =>
      attempt(async () => {
        const under = await readTrust();
        await follow(under);
        if (running !== undefined) return;
        const stamp = await origin.look();
        const due = isDue(stamp, under, options);
        isFirstLook = false;
        if (!due) return;
        running = runIntakes(stamp, under).finally(() => {
          running = undefined;
        });
        if (!(await origin.isSmall())) return;
        await running;
        await follow(under);
      }),
    settled: async () => running,
    suspect: (damaged) => {
      suspected = damaged.reference.directory;
      refused = undefined;
    },
    standing: () => ({
      label: origin.label,
      slot,
      state,
      copy,
      problem: trouble ?? told().problem,
      isBusy: running !== undefined,
      nextAt: source.origin.kind === 'url' ? nextAt() : undefined,
    }),
    close: () => {
      prepare(undefined);
      replaceCopy(undefined);
    },
  };
}

/** Nothing is wrong with the document: it may be taken a minute later. */
const machineTroubles: ReadonlySet<string> = new Set([
  'metadata-intake',
  'metadata-damaged',
  'file-unreadable',
  'store-unavailable',
]);

/** What an operator took, or time, is what later ones are measured by. */
function acceptHeld({ held, current, ...state }: SlotState): SlotState {
  if (held === undefined) return { ...state, current };
  const { directory, sha256, trust, stamp } = held;
  return { ...state, current: { directory, sha256, trust, stamp }, previous: current, most: undefined };
}

const forgetCurrent = ({ current: _, ...state }: SlotState): SlotState => ({
  ...state,
  validators: {},
  checkedAt: undefined,
});

const isOver = (validUntil: number | undefined, now: number): boolean => validUntil !== undefined && validUntil <= now;

const isExpired = ({ index }: OpenedCopy, now: number): boolean => isOver(index.facts.validUntil, now);

function problemOf(label: string, error: unknown): SourceProblem {
  const told = reasonOf(error);
  const message = told.includes(label) ? told : `${label}: ${told}`;
  return { message, hint: hintFor(error) };
}
