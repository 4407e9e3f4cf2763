import { createHash } from 'node:crypto';
import type { DocumentFacts } from '../index/metadataIndex.ts';
import { nextRefresh } from '../sources/schedule.ts';
import type { MetadataSource } from '../sources/source.ts';
import type { SlotState } from './copies/slotState.ts';

/**
 * When a url is asked again, milliseconds. The same as long as the state is the same, and known to all processes.
 * @param now milliseconds. What was asked in the future was asked by a clock that was wrong: it is asked again at once
 * @param facts of the document in force
 * @param place what differs from machine to machine, so that many nodes don't come all at once
 */
export function nextIntakeAt(
  { refresh }: Pick<MetadataSource, 'refresh'>,
  { checkedAt, failures, retryAfter }: Pick<SlotState, 'checkedAt' | 'failures' | 'retryAfter'>,
  facts: Pick<DocumentFacts, 'validUntil' | 'cacheDuration'> | undefined,
  place: string,
  now: number,
): number {
  if (checkedAt === undefined || checkedAt > now) return 0;
  return nextRefresh({
    now: checkedAt,
    refresh,
    cacheDuration: facts?.cacheDuration,
    validUntil: facts?.validUntil,
    lastSuccess: checkedAt,
    failures,
    retryAfter,
    random: () => jitterOf(`${place} ${checkedAt}`),
  });
}

const jitterOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
