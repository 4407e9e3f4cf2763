import type { Clock } from '@gakumon/terms';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { ServiceProviderSummary } from '../serviceProviders.ts';
import type { InForce } from './inForce.ts';
import type { OpenedCopy } from './openCopy.ts';
import { createCandidateReader } from './readCandidates.ts';

/** Answers questions from whatever is in force when they are asked. */
export type Answers = {
  find(entityId: string): Promise<ServiceProvider | undefined>;
  listWords(entityId: string): readonly ServiceProviderSummary[];
  /** What was odd about those that were read. */
  warnings(): readonly MetadataWarning[];
  /** How many were read from the disk so far. */
  reads(): number;
};

/** @param suspect told of a copy that turned out to be damaged */
export function answerFrom(inForce: () => InForce, clock: Clock, suspect: (copy: OpenedCopy) => void): Answers {
  const reader = createCandidateReader(suspect);
  const isValid = (validUntil: number | undefined): boolean => validUntil === undefined || validUntil > clock();

  let last: InForce | undefined;
  function look(): InForce {
    const now = inForce();
    if (now !== last) reader.forget(now.isInForce);
    last = now;
    return now;
  }

  async function find(entityId: string): Promise<ServiceProvider | undefined> {
    const asked = look();
    for (const teller of asked.tellersOf(entityId)) {
      if (teller.kind === 'mdq') {
        const found = await teller.mdq.find(entityId);
        if (found !== undefined && isValid(found.validUntil)) return found;
        // Meanwhile others may have come into force, and the copies of before are closed. The servers remember.
        if (inForce() !== asked) return find(entityId);
        continue;
      }
      const { candidate } = teller;
      if (!isValid(candidate.summary.validUntil)) continue;
      const read = reader.read(candidate);
      // What another source says would be an answer, but not the one that counts.
      if (read === 'damaged') return undefined;
      if (read !== undefined && isValid(read.validUntil)) return read;
    }
    return undefined;
  }

  return {
    find,
    listWords: (entityId) =>
      inForce()
        .tellersOf(entityId)
        .flatMap((teller) =>
          teller.kind === 'document'
            ? teller.candidate.summary
            : teller.mdq.list().filter((summary) => summary.entityId === entityId),
        ),
    reads: reader.reads,
    warnings: () => reader.warnings((copy) => inForce().isInForce(copy)),
  };
}
