import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type Clock, GakumonError, isGakumonError, reasonOf } from '@gakumon/terms';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import type { ServiceProviderSummary } from '../serviceProviders.ts';
import { requireSafeOrigin } from './http/address.ts';
import { entityFetchLimits, type FetchLimits } from './http/fetchLimits.ts';
import { retryAfterOf, statusOf } from './http/retryAfter.ts';
import { acceptAnswer, acceptKept } from './mdq/acceptAnswer.ts';
import { type AdmissionLimits, admissionLimits, createAdmission } from './mdq/admission.ts';
import { createAnswerFiles } from './mdq/answerFiles.ts';
import { isAskable } from './mdq/askable.ts';
import {
  absentFor,
  createServer,
  isTurnedAway,
  lostAfter,
  mostUnknown,
  type ServerAnswer,
  unknownFor,
} from './mdq/askServer.ts';
import {
  type Cached,
  type CacheLimits,
  cacheLimits,
  createCachedAnswers,
  isUsable,
  keyOf,
} from './mdq/cachedAnswers.ts';
import { createLeastRecentlyUsed } from './mdq/leastRecentlyUsed.ts';
import { createStanding, type Standing } from './mdq/standing.ts';
import type { MetadataSource } from './source.ts';

export type MdqOptions = {
  /** Of this source alone; made when it is not there. */
  readonly cacheDir: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** PEM certificates of the source's signers. @throws GakumonError `file-unreadable` */
  readonly readSignerPems: () => Promise<readonly string[]>;
  /** PEM certificates of CAs to believe; those that the machine knows when not given. */
  readonly authorities?: readonly string[] | undefined;
  /** The HTTP proxy that leads to the server; undefined: the way is direct. */
  readonly proxy?: string | undefined;
  /** Whether people here used it lately: such a question is no stranger's. */
  readonly isUsed?: ((entityId: string) => boolean) | undefined;
  readonly limits?: Partial<FetchLimits & AdmissionLimits & CacheLimits> | undefined;
};

/** How the source stands. */
export type MdqState = Standing & {
  /** Entities that can be used now. */
  readonly cached: number;
};

/**
 * What came of a question: `absent`, when the server knows no such entity or the filter leaves it out; `unusable`, when
 * it tells of it, but of no service provider that can be answered; `undecided`, when it can't be told now.
 */
export type MdqAnswer =
  | { readonly kind: 'found'; readonly serviceProvider: ServiceProvider }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable' | 'undecided'; readonly why: string };

/** A source that is asked for one entity at a time. */
export interface MdqSource {
  /** Looks at what is on the disk, and begins to read it in the background. Never rejects. */
  open(): Promise<void>;
  /**
   * Never rejects, and takes no longer than the limits say; what goes wrong is in `state()`.
   * @param isToldElsewhere whether another source tells of it, so that no stranger made it up
   */
  ask(entityId: string, isToldElsewhere?: boolean): Promise<MdqAnswer>;
  /** As `ask` does. @returns undefined for whatever reason */
  find(entityId: string): Promise<ServiceProvider | undefined>;
  /** Those that were asked for and can be used now; complete once `settled()`. */
  list(): readonly ServiceProviderSummary[];
  state(): MdqState;
  /** Once nothing runs in the background. */
  settled(): Promise<void>;
  /** Ends every exchange. */
  close(): Promise<void>;
}

/**
 * Makes a source that asks a server by the Metadata Query Protocol (draft-young-md-query) for the very entity that is
 * wanted. What was accepted is used until its validUntil and asked for again in the background when it has grown old;
 * files keep it over a restart. A stranger who makes up entityIDs can cause a bounded number of small questions, and never
 * stands in the way of what is known.
 *
 * @throws GakumonError `metadata-address`
 */
export function createMdqSource(source: MetadataSource, options: MdqOptions): MdqSource {
  const { clock, random, readSignerPems, authorities, proxy } = options;
  if (source.origin.kind !== 'mdq') throw new GakumonError('metadata-address', { detail: `${source.name} is no mdq` });
  requireSafeOrigin(source);
  const limits = { ...entityFetchLimits, ...admissionLimits, ...cacheLimits, ...options.limits };
  const files = createAnswerFiles(options.cacheDir, limits.entities);
  const answers = createCachedAnswers({ files, limits, refresh: source.refresh, clock, random });
  const unknown = createLeastRecentlyUsed<{ readonly until: number; readonly answer: MdqAnswer }>({
    most: mostUnknown,
  });
  /** Since when the server knows nobody of that name, of those whom another source tells of or people used. */
  const absences = createLeastRecentlyUsed<number>({ most: mostUnknown });
  const closing = new AbortController();
  const admission = createAdmission(limits, clock);
  const base = source.origin.url;
  const { signal } = closing;
  const ask = createServer({ source, base, admission, limits, clock, readSignerPems, authorities, proxy, signal });
  const searching = new Map<string, Promise<MdqAnswer>>();
  const renewing = new Map<string, Promise<void>>();
  let recalling = Promise.resolve();
  const standing = createStanding(clock);

  function note(error: unknown): void {
    if (!closing.signal.aborted) standing.noteProblem(error);
  }

  async function keep(key: string, answer: ServerAnswer): Promise<ServiceProvider> {
    standing.noteAnswer();
    unknown.delete(key);
    absences.delete(key);
    answers.take(key, answer, answer.fetchedAt);
    // A disk that is full costs the next start, not this login.
    await answers.write(key, answer.octets, answer.fetchedAt).catch(note);
    return answer.serviceProvider;
  }

  async function recall(key: string, entityId: string): Promise<ServiceProvider | undefined> {
    const file = answers.isOnDisk(key) ? await files.read(key) : undefined;
    if (file === undefined) return undefined;
    try {
      const now = clock();
      const accepted = acceptAnswer(file.octets, entityId, { source, certificates: await readSignerPems(), now });
      const known = answers.find(key);
      if (known === undefined) answers.take(key, accepted, Math.min(file.fetchedAt, now));
      else answers.remember(key, accepted);
      return accepted.serviceProvider;
    } catch (error) {
      // Accepted under another trust, or damaged: it stays until the server has told better, since the mistake may be in
      // the configuration.
      if (isGakumonError(error) && error.code === 'metadata-expired') answers.drop(key);
      else note(error);
      return undefined;
    }
  }

  /** What was kept appears in the list little by little, and in nobody's way; it can be found all the while. */
  async function recallAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (closing.signal.aborted) return;
      const file = answers.find(key) === undefined ? await files.read(key) : undefined;
      if (file === undefined) continue;
      try {
        const now = clock();
        const accepted = acceptKept(file.octets, { source, certificates: await readSignerPems(), now });
        const isNamedSo = keyOf(accepted.serviceProvider.entityId) === key;
        if (isNamedSo && answers.find(key) === undefined) answers.take(key, accepted, Math.min(file.fetchedAt, now));
      } catch {
        // Whoever asks for it will learn why.
      }
      await yieldToOthers();
    }
  }

  async function search(key: string, entityId: string, isFamiliar: boolean): Promise<MdqAnswer> {
    const before = unknown.get(key);
    if (before !== undefined && before.until > clock()) return before.answer;
    const recalled = await recall(key, entityId);
    if (recalled !== undefined) return { kind: 'found', serviceProvider: recalled };
    try {
      const answer = await ask(entityId, isFamiliar ? 'familiar' : 'unknown');
      return { kind: 'found', serviceProvider: await keep(key, answer) };
    } catch (error) {
      return noteRefusal(key, error, isFamiliar);
    }
  }

  function noteRefusal(key: string, error: unknown, isFamiliar: boolean): MdqAnswer {
    if (isMissing(error)) {
      standing.noteAnswer();
      const answer = refusalOf(error);
      if (answer.kind === 'absent' && isFamiliar) absences.set(key, clock());
      unknown.set(key, { until: clock() + unknownFor.missing, answer });
      return answer;
    }
    note(error);
    const absentSince = absences.get(key);
    const isAbsent = absentSince !== undefined && absentSince + absentFor > clock();
    const answer: MdqAnswer = isAbsent ? { kind: 'absent' } : { kind: 'undecided', why: reasonOf(error) };
    if (!isTurnedAway(error)) unknown.set(key, { until: clock() + unknownFor.failed, answer });
    return answer;
  }

  async function renew(key: string, entityId: string, cached: Cached): Promise<void> {
    try {
      await keep(key, await ask(entityId, 'known'));
    } catch (error) {
      const isGone = isMissing(error);
      const missingSince = isGone ? (cached.missingSince ?? clock()) : undefined;
      note(error);
      if (isGone && clock() - (missingSince ?? clock()) >= lostAfter) answers.drop(key);
      else answers.postpone(key, cached, missingSince, retryAfterOf(error));
    }
  }

  function renewIfDue(key: string, entityId: string): void {
    const cached = answers.find(key);
    if (cached === undefined || cached.dueAt > clock() || renewing.has(key) || closing.signal.aborted) return;
    renewing.set(
      key,
      renew(key, entityId, cached).finally(() => renewing.delete(key)),
    );
  }

  function searchOnce(key: string, entityId: string, isFamiliar: boolean): Promise<MdqAnswer> {
    const running = searching.get(key);
    if (running !== undefined) return running;
    const started = search(key, entityId, isFamiliar).finally(() => searching.delete(key));
    searching.set(key, started);
    return started;
  }

  async function answer(entityId: string, isToldElsewhere = false): Promise<MdqAnswer> {
    if (!isAskable(entityId)) return { kind: 'absent' };
    if (closing.signal.aborted) return { kind: 'undecided', why: 'the source is being closed' };
    const key = keyOf(entityId);
    const cached = answers.find(key);
    if (cached !== undefined && !isUsable(cached, clock())) answers.drop(key);
    const parsed = answers.findParsed(key);
    const isFamiliar = isToldElsewhere || options.isUsed?.(entityId) === true;
    const told: MdqAnswer =
      parsed === undefined ? await searchOnce(key, entityId, isFamiliar) : { kind: 'found', serviceProvider: parsed };
    renewIfDue(key, entityId);
    return told;
  }

  async function settled(): Promise<void> {
    await Promise.allSettled([recalling, ...searching.values(), ...renewing.values()]);
    await answers.written();
  }

  return {
    open: async () => {
      try {
        const keys = await files.open();
        answers.knowFiles(keys);
        recalling = recallAll(keys);
      } catch (error) {
        note(error);
      }
    },
    ask: answer,
    find: async (entityId) => {
      const told = await answer(entityId);
      return told.kind === 'found' ? told.serviceProvider : undefined;
    },
    list: answers.list,
    state: () => ({ ...standing.tell(), cached: answers.list().length }),
    settled,
    close: async () => {
      closing.abort();
      await settled();
    },
  };
}

/** The server has no such entity, or none that counts here. */
function isMissing(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 410 || (isGakumonError(error) && error.code === 'metadata-empty');
}

function refusalOf(error: unknown): MdqAnswer {
  const isTold = isGakumonError(error) && error.code === 'metadata-empty' && error.data.filtered === undefined;
  return isTold ? { kind: 'unusable', why: reasonOf(error) } : { kind: 'absent' };
}
