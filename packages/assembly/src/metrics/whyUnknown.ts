import type { MetadataLibrary } from '@gakumon/metadata';
import type { Clock } from '@gakumon/terms';
import { standingOf, whyUnusable } from './sourceStanding.ts';

/** A federation's warnings may be long, and a line of the log is for reading. */
const longest = 600;

/**
 * Why no service provider is found under an entityID, for the operator's log: which sources tell of it and what is wrong
 * with that, or else which sources have nothing in force.
 * @returns undefined when everything is well and nobody tells of it
 */
export function whyUnknown(
  library: Pick<MetadataLibrary, 'listWords' | 'sources' | 'warnings'>,
  clock: Clock,
): (entityId: string) => string | undefined {
  return (entityId) => {
    const reasons = [...ofItself(library, entityId, clock()), ...ofSources(library, clock())];
    const told = reasons.join('; ');
    if (told === '') return undefined;
    return told.length > longest ? `${told.slice(0, longest)}…` : told;
  };
}

function ofItself(
  library: Pick<MetadataLibrary, 'listWords' | 'warnings'>,
  entityId: string,
  now: number,
): readonly string[] {
  const expired = library.listWords(entityId).flatMap(({ source, validUntil }) => {
    if (validUntil === undefined || validUntil > now) return [];
    return [`what ${source} tells of it expired at ${new Date(validUntil).toISOString()}`];
  });
  const odd = library.warnings().filter((warning) => warning.entityId === entityId);
  return [...expired, ...odd.map(({ source, message }) => `${source}: ${message}`)];
}

function ofSources({ sources }: Pick<MetadataLibrary, 'sources'>, now: number): readonly string[] {
  return sources().flatMap((state) => {
    const why = whyUnusable(standingOf(state), now);
    return why === undefined ? [] : [`the source ${state.name} is unusable: ${why}`];
  });
}
