import type { MetadataLibrary } from '@gakumon/metadata';
import { type Clock, seconds } from '@gakumon/terms';
import { standingOf, whyUnusable } from './sourceStanding.ts';

/** A federation's warnings may be long, and a line of the log is for reading. */
const longest = 600;

/** A federation's warnings are thousands, and strangers send unknown entityIDs as often as they like. */
const lookedAtEvery = seconds(1);

/** What was odd at an instant. */
type Look = {
  /** Milliseconds. */
  readonly at: number;
  readonly oddities: ReadonlyMap<string, readonly string[]>;
  readonly ofSources: readonly string[];
};

/**
 * Why no service provider is found under an entityID, for the operator's log: which sources tell of it and what is wrong
 * with that, or else which sources have nothing in force. It may be a second old.
 * @returns undefined when everything is well and nobody tells of it
 */
export function whyUnknown(
  library: Pick<MetadataLibrary, 'listWords' | 'sources' | 'warnings'>,
  clock: Clock,
): (entityId: string) => string | undefined {
  let last: Look | undefined;
  return (entityId) => {
    const now = clock();
    if (last === undefined || Math.abs(now - last.at) >= lookedAtEvery) last = look(library, now);
    const reasons = [...listExpired(library, entityId, now), ...(last.oddities.get(entityId) ?? []), ...last.ofSources];
    const told = reasons.join('; ');
    if (told === '') return undefined;
    return told.length > longest ? `${told.slice(0, longest)}…` : told;
  };
}

function look({ sources, warnings }: Pick<MetadataLibrary, 'sources' | 'warnings'>, now: number): Look {
  const oddities = new Map<string, string[]>();
  for (const { entityId, source, message } of warnings()) {
    if (entityId === undefined) continue;
    const told = oddities.get(entityId) ?? [];
    oddities.set(entityId, told);
    told.push(`${source}: ${message}`);
  }
  const ofSources = sources().flatMap((state) => {
    const why = whyUnusable(standingOf(state), now);
    return why === undefined ? [] : [`the source ${state.name} is unusable: ${why}`];
  });
  return { at: now, oddities, ofSources };
}

function listExpired({ listWords }: Pick<MetadataLibrary, 'listWords'>, entityId: string, now: number): string[] {
  return listWords(entityId).flatMap(({ source, validUntil }) => {
    if (validUntil === undefined || validUntil > now) return [];
    return [`what ${source} tells of it expired at ${new Date(validUntil).toISOString()}`];
  });
}
