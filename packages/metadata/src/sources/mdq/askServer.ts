import { type Clock, GakumonError, hours, isGakumonError, minutes, seconds } from '@gakumon/terms';
import { fetchOctets } from '../http/fetchDocument.ts';
import type { FetchLimits } from '../http/fetchLimits.ts';
import { retryAfterOf } from '../http/retryAfter.ts';
import type { MetadataSource } from '../source.ts';
import { type AcceptedAnswer, acceptAnswer } from './acceptAnswer.ts';
import type { Acquaintance, Admission } from './admission.ts';
import { queryAddress } from './askable.ts';

/** How long a server may silence us: somebody waits. */
const longestSilence = minutes(1);

export type ServerOptions = {
  readonly source: MetadataSource;
  readonly base: string;
  readonly admission: Admission;
  readonly limits: FetchLimits;
  readonly clock: Clock;
  /** PEM certificates of the signers, read at each answer. */
  readonly readSignerPems: () => Promise<readonly string[]>;
  readonly authorities: readonly string[] | undefined;
  readonly proxy: string | undefined;
  readonly signal: AbortSignal;
};

export type ServerAnswer = AcceptedAnswer & { readonly octets: Uint8Array; readonly fetchedAt: number };

/**
 * Makes the function that asks the server for one entity.
 * @returns its promise rejects with GakumonError: `metadata-fetch` when the question was not let out (`isTurnedAway`); what acceptAnswer throws;
 * `metadata-fetch` with `data.status` 404 when the server knows no such entity; `interrupted`
 */
export function createServer(options: ServerOptions): (entityId: string, about: Acquaintance) => Promise<ServerAnswer> {
  const { source, base, admission, limits, clock, readSignerPems, authorities, proxy, signal } = options;
  let silentUntil = Number.NEGATIVE_INFINITY;

  async function fetchAndAccept(entityId: string): Promise<ServerAnswer> {
    const now = clock();
    const url = queryAddress(base, entityId);
    const octets = await fetchOctets({ url, limits, signal, now, authorities, proxy });
    const accepted = acceptAnswer(octets, entityId, { source, certificates: await readSignerPems(), now });
    return { ...accepted, octets, fetchedAt: now };
  }

  return async (entityId, about) => {
    if (clock() < silentUntil) throw turnAway('the server asked to be left alone for a while');
    if (!admission.enter(about)) throw turnAway('more unknown entities at once than are let out');
    try {
      return await fetchAndAccept(entityId);
    } catch (error) {
      const asked = retryAfterOf(error);
      if (asked !== undefined) silentUntil = clock() + Math.min(asked, longestSilence);
      throw error;
    } finally {
      admission.leave(about);
    }
  };
}

function turnAway(why: string): GakumonError {
  const hint = 'known entities are not concerned; if it goes on, somebody sends browsers here with made-up entityIDs';
  return new GakumonError('metadata-fetch', {
    detail: `a question was not asked: ${why}`,
    hint,
    data: { turnedAway: 1 },
  });
}

/** Whether a question never went out. */
export function isTurnedAway(error: unknown): boolean {
  return isGakumonError(error) && error.data.turnedAway === 1;
}

/** How long an entityID is not asked for again. */
export const unknownFor = { missing: minutes(10), failed: seconds(30) } as const;
/** A server that is away is believed to know nobody still whom it did not know then, as far as other sources do. */
export const absentFor = hours(24);
/** More than anybody's login pages ask for in ten minutes; each takes a hundred octets or so. */
export const mostUnknown = 10_000;
/** A known entity that the server has lost goes on for so long: it may be the server's mishap. */
export const lostAfter = hours(1);
