import { isGakumonError, reasonOf } from '@gakumon/terms';
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

/** Of metadata; what is read of it takes up to four times as much. The last one is kept however large it is. */
const mostOctets = 2_097_152;

/** @param suspect told of a copy that turned out to be damaged */
export function createCandidateReader(suspect: (copy: OpenedCopy) => void): CandidateReader {
  const kept = new Map<Candidate, Reading>();
  let octets = 0;
  let reads = 0;

  function drop(candidate: Candidate): void {
    const reading = kept.get(candidate);
    if (reading !== undefined && kept.delete(candidate)) octets -= weightOf(candidate, reading);
  }

  /** The one at the front is the one that nobody asked for the longest. */
  function keep(candidate: Candidate, reading: Reading): void {
    drop(candidate);
    kept.set(candidate, reading);
    octets += weightOf(candidate, reading);
    for (const oldest of kept.keys()) {
      const isEnough = kept.size <= mostKept && octets <= mostOctets;
      if (isEnough || oldest === candidate) return;
      drop(oldest);
    }
  }

  return {
    read(candidate) {
      try {
        const known = kept.get(candidate);
        const reading = known ?? readOnce(candidate);
        if (known === undefined) reads += 1;
        keep(candidate, reading);
        return reading.serviceProvider;
      } catch (error) {
        if (!isGakumonError(error) || error.code !== 'metadata-damaged') throw error;
        drop(candidate);
        suspect(candidate.copy);
        return 'damaged';
      }
    },
    reads: () => reads,
    forget: (isInForce) => {
      for (const candidate of kept.keys()) if (!isInForce(candidate.copy)) drop(candidate);
    },
    warnings: (isInForce) => [...kept].flatMap(([{ copy }, { warnings }]) => (isInForce(copy) ? warnings : [])),
  };
}

/** Of what could not be used only the reasons are kept. */
const weightOf = ({ entity }: Candidate, { serviceProvider }: Reading): number =>
  serviceProvider === undefined ? 0 : entity.length;

/** What breaks a limit is not tried again at each question. @throws GakumonError `metadata-damaged` */
function readOnce({ copy, entity, summary }: Candidate): Reading {
  try {
    return copy.read(entity);
  } catch (error) {
    if (!isGakumonError(error) || error.code === 'metadata-damaged') throw error;
    const { source, entityId } = summary;
    return {
      serviceProvider: undefined,
      warnings: [{ source, entityId, message: `can't be read: ${reasonOf(error)}` }],
    };
  }
}
