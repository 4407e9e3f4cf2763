import { createHash } from 'node:crypto';
import { type Clock, hours } from '@gakumon/terms';
import type { ServiceProvider } from '../../reading/serviceProvider.ts';
import type { ServiceProviderSummary } from '../../serviceProviders.ts';
import { nextRefresh } from '../schedule.ts';
import type { AcceptedAnswer } from './acceptAnswer.ts';
import type { AnswerFiles } from './answerFiles.ts';
import { createLeastRecentlyUsed } from './leastRecentlyUsed.ts';

/** How a cached entity stands. Milliseconds. */
export type Cached = {
  readonly summary: ServiceProviderSummary;
  readonly fetchedAt: number;
  readonly cacheDuration: number | undefined;
  /** When it is asked for again, once somebody uses it. */
  readonly dueAt: number;
  readonly failures: number;
  /** Since when the server says that there is no such entity. */
  readonly missingSince: number | undefined;
};

export type CacheLimits = {
  /** In memory as summaries, and as files. */
  readonly entities: number;
  /** In memory as a whole. */
  readonly parsed: number;
};

export const cacheLimits: CacheLimits = { entities: 2000, parsed: 200 };

/** Of metadata; what is read of it takes up to four times as much. */
const mostOctets = 8_388_608;

/** Without a validUntil nobody says how long to go on when the server is away. */
const longestWithoutEnd = hours(7 * 24);

/** A name for an entityID that has a bounded size and may be a file's. */
export function keyOf(entityId: string): string {
  return createHash('sha256').update(entityId).digest('hex');
}

export function isUsable({ summary, fetchedAt }: Cached, now: number): boolean {
  return (summary.validUntil ?? fetchedAt + longestWithoutEnd) > now;
}

/** What is known in memory, bounded; whoever drops out of it loses the file as well. */
export function createCachedAnswers(options: {
  readonly files: AnswerFiles;
  readonly limits: CacheLimits;
  readonly refresh: number;
  readonly clock: Clock;
  readonly random: () => number;
}) {
  const { files, limits, refresh, clock, random } = options;
  const parsed = createLeastRecentlyUsed<AcceptedAnswer>({
    most: limits.parsed,
    heaviest: mostOctets,
    weightOf: ({ size }) => size,
  });
  const onDisk = new Set<string>();
  // One after the other: a removal that is late must not take what was written since.
  let working: Promise<void> = Promise.resolve();
  function enqueue(work: () => Promise<void>): Promise<void> {
    const done = working.then(work);
    working = done.catch(() => {});
    return done;
  }
  const forget = (key: string): void => {
    parsed.delete(key);
    if (onDisk.delete(key)) void enqueue(() => files.remove(key));
  };
  const entries = createLeastRecentlyUsed<Cached>({ most: limits.entities }, forget);

  function schedule(cached: Omit<Cached, 'dueAt'>, retryAfter?: number): Cached {
    const { fetchedAt, cacheDuration, failures, summary } = cached;
    const { validUntil } = summary;
    const facts = { now: clock(), refresh, cacheDuration, validUntil, lastSuccess: fetchedAt, failures };
    return { ...cached, dueAt: nextRefresh({ ...facts, retryAfter, random }) };
  }

  function take(key: string, answer: AcceptedAnswer, fetchedAt: number): Cached {
    const { serviceProvider, cacheDuration, size } = answer;
    const { entityId, source, names, categories, registrationAuthority, validUntil } = serviceProvider;
    const summary = { entityId, source, names, categories, registrationAuthority, validUntil };
    const cached = schedule({ summary, fetchedAt, cacheDuration, failures: 0, missingSince: undefined });
    entries.set(key, cached);
    // Without its octets, which a fresh one still has.
    parsed.set(key, { serviceProvider, cacheDuration, size });
    return cached;
  }

  return {
    /** The files that were there at the start. */
    knowFiles: (keys: readonly string[]): void => {
      for (const key of keys) onDisk.add(key);
    },
    isOnDisk: (key: string): boolean => onDisk.has(key),
    find: (key: string): Cached | undefined => entries.get(key),
    findParsed: (key: string): ServiceProvider | undefined => parsed.get(key)?.serviceProvider,
    take,
    /** It was read again from its file. */
    remember: parsed.set,
    /** Keeps it for the next start as well. @throws what the system says */
    write: (key: string, octets: Uint8Array, fetchedAt: number): Promise<void> => {
      onDisk.add(key);
      return enqueue(() => files.write(key, octets, fetchedAt));
    },
    /** Once the disk is as it should be. */
    written: (): Promise<void> => working,
    /** It could not be had again; it stays until its end. */
    postpone: (key: string, cached: Cached, missingSince: number | undefined, retryAfter?: number): void => {
      entries.set(key, schedule({ ...cached, missingSince, failures: cached.failures + 1 }, retryAfter));
    },
    drop: (key: string): void => {
      entries.delete(key);
      forget(key);
    },
    list: (): readonly ServiceProviderSummary[] => {
      const now = clock();
      return [...entries.values()].filter((one) => isUsable(one, now)).map(({ summary }) => summary);
    },
  };
}
