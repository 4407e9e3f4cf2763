import { isGakumonError } from '@gakumon/terms';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { Candidate } from './inForce.ts';
import type { OpenedCopy } from './openCopy.ts';

/** What came out of reading one. */
type Reading = {
  readonly serviceProvider: ServiceProvider | undefined;
  readonly warnings: readonly MetadataWarning[];
};

/** Reads service providers from the disk as they are asked for, and keeps those that were asked for last. */
export type CandidateReader = {
  /**
   * @returns undefined when it can't be used, and a warning tells why; `damaged` when its octets are not those that
   * were verified
   */
  read(candidate: Candidate): ServiceProvider | 'damaged' | undefined;
  /** How many were read from the disk so far. */
  reads(): number;
  /** Lets go of what is not in force any more, and with it of the index that it is from. */
  forget(isInForce: (copy: OpenedCopy) => boolean): void;
  /** About those that are kept and in force. */
  warnings(isInForce: (copy: OpenedCopy) => boolean): readonly MetadataWarning[];
};

/** Some 20 KB each, mostly keys. */
const mostKept = 500;

/** @param suspect told of a copy that turned out to be damaged */
export function createCandidateReader(suspect: (copy: OpenedCopy) => void): CandidateReader {
  const kept = new Map<Candidate, Reading>();
  let reads = 0;
  return {
    read(candidate) {
      const known = kept.get(candidate);
      // Again at the end: the one at the front is the one that nobody asked for the longest.
      kept.delete(candidate);
      try {
        const reading = known ?? candidate.copy.read(candidate.entity);
        if (known === undefined) reads += 1;
        kept.set(candidate, reading);
        const [oldest] = kept.keys();
        if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
        return reading.serviceProvider;
      } catch (error) {
        if (!isGakumonError(error) || error.code !== 'metadata-damaged') throw error;
        suspect(candidate.copy);
        return 'damaged';
      }
    },
    reads: () => reads,
    forget: (isInForce) => {
      for (const candidate of kept.keys()) if (!isInForce(candidate.copy)) kept.delete(candidate);
    },
    warnings: (isInForce) => [...kept].flatMap(([{ copy }, { warnings }]) => (isInForce(copy) ? warnings : [])),
  };
}
