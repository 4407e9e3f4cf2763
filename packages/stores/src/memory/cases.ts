import type { Case, Cases } from '@gakumon/idp';
import { boundedCase } from '../changes/boundedCase.ts';

/** The ring of cases in memory. */
export function createMemoryCases(capacity: number): Cases {
  const ring: Case[] = [];
  let recorded = 0;
  return {
    async record(entry) {
      ring[recorded % capacity] = boundedCase(entry);
      recorded += 1;
    },
    find: async (reference) => ring.find((entry) => entry.reference === reference),
    async listOfAttempt(attempt) {
      const oldest = recorded > capacity ? recorded % capacity : 0;
      return [...ring.slice(oldest), ...ring.slice(0, oldest)].filter((entry) => entry.attempt === attempt);
    },
  };
}
