import type { Clock, EntityId } from '@gakumon/terms';
import type { IndexedEntity } from '../index/metadataIndex.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { ServiceProviderSummary } from '../serviceProviders.ts';
import type { MdqSource } from '../sources/mdq.ts';
import type { OpenedCopy } from './openCopy.ts';
import type { SourcePart } from './readers/sourceReader.ts';
import { noteShadows } from './shadows.ts';

/** One source's word about one entity, whatever it is there. */
export type Candidate = {
  readonly summary: ServiceProviderSummary;
  readonly entity: IndexedEntity;
  readonly copy: OpenedCopy;
};

/** Where an answer may come from. The higher its place, the less a source is trusted. */
export type Teller = { readonly place: number } & (
  | { readonly kind: 'document'; readonly candidate: Candidate }
  | { readonly kind: 'mdq'; readonly mdq: MdqSource; readonly source: string }
);

/** Who is known, from all sources. Never changed, always replaced as a whole. */
export type InForce = {
  /** Who may answer for an entity, the most trusted first; also those whose word has expired, or is of no service provider. */
  tellersOf(entityId: string): readonly Teller[];
  list(): readonly ServiceProviderSummary[];
  isInForce(copy: OpenedCopy): boolean;
  readonly warnings: readonly MetadataWarning[];
  /** About documents whose end has come, where others answer for their service providers now. */
  endings(): readonly MetadataWarning[];
};

/** Whether the end of the whole document has come. @param now milliseconds */
export function hasEnded({ index }: OpenedCopy, now: number): boolean {
  return isPast(index.facts.validUntil, now);
}

type Placed = { readonly place: number; readonly candidate: Candidate };

/**
 * Puts together what the sources say. Where several tell of one entity the most trusted source counts with a warning,
 * also when it is no service provider there or has expired. Only when the end of its whole document has come the next
 * one serves, with a warning as well. Our own entityID is ignored with a warning.
 * @param parts the most trusted first
 */
export function putInForce(
  parts: readonly SourcePart[],
  { ownEntityId, clock }: { readonly ownEntityId: EntityId; readonly clock: Clock },
): InForce {
  const known = new Map<string, Placed[]>();
  const warnings: MetadataWarning[] = [];
  const shadows = noteShadows();
  for (const [place, { documents, source }] of parts.entries()) {
    for (const candidate of documents.flatMap(({ copy }) =>
      copy === undefined ? [] : candidatesOf(copy, source.name),
    )) {
      const { entityId } = candidate.summary;
      const others = known.get(entityId);
      const [first] = others ?? [];
      if (entityId === ownEntityId) {
        if (candidate.entity.isServiceProvider)
          warnings.push({ source: source.name, entityId, message: 'is our own entityID and is ignored' });
      } else if (others === undefined || first === undefined) known.set(entityId, [{ place, candidate }]);
      else {
        if (candidate.entity.isServiceProvider) shadows.add(candidate, first.candidate);
        others.push({ place, candidate });
      }
    }
  }
  const mdqs = parts.flatMap(({ mdq, source }, place) =>
    mdq === undefined ? [] : [{ place, kind: 'mdq' as const, mdq, source: source.name }],
  );

  function tellersOf(entityId: string): readonly Teller[] {
    if (entityId === ownEntityId) return [];
    const documents = (known.get(entityId) ?? []).map((placed) => ({ ...placed, kind: 'document' as const }));
    return mdqs.length === 0 ? documents : [...documents, ...mdqs].sort((one, other) => one.place - other.place);
  }

  function list(): readonly ServiceProviderSummary[] {
    const now = clock();
    const chosen = new Map<string, Choice>();
    for (const [entityId, placed] of known) {
      const choice = choose(placed, now);
      if (choice !== undefined) chosen.set(entityId, choice);
    }
    for (const { place, mdq } of mdqs) {
      for (const summary of mdq.list()) {
        const { entityId, validUntil } = summary;
        const counts = place < (chosen.get(entityId)?.place ?? Number.POSITIVE_INFINITY);
        if (counts && entityId !== ownEntityId && !isPast(validUntil, now)) chosen.set(entityId, { place, summary });
      }
    }
    const all = [...chosen.values()];
    const sorted = mdqs.length === 0 ? all : all.sort((one, other) => one.place - other.place);
    return sorted.flatMap(({ summary }) => summary ?? []);
  }

  const copies = new Set(parts.flatMap(({ documents }) => documents.map(({ copy }) => copy)));
  return {
    tellersOf,
    list,
    isInForce: (copy) => copies.has(copy),
    warnings: [...warnings, ...shadows.list()],
    endings: () => shadows.endings(clock()),
  };
}

/** Whose word counts; without a summary it says that there is nobody. */
type Choice = { readonly place: number; readonly summary: ServiceProviderSummary | undefined };

/** @param placed the most trusted first; of those in one place any that can be answered counts */
function choose(placed: readonly Placed[], now: number): Choice | undefined {
  let ended: number | undefined;
  for (const { place, candidate } of placed) {
    if (ended !== undefined && place > ended) break;
    const { copy, entity, summary } = candidate;
    if (hasEnded(copy, now)) continue;
    if (entity.isServiceProvider && !isPast(summary.validUntil, now)) return { place, summary };
    ended = place;
  }
  return ended === undefined ? undefined : { place: ended, summary: undefined };
}

const isPast = (validUntil: number | undefined, now: number): boolean => validUntil !== undefined && validUntil <= now;

const candidatesOfCopy = new WeakMap<OpenedCopy, readonly Candidate[]>();

/** The same objects for the same copy, so that what was read of them stays known. */
function candidatesOf(copy: OpenedCopy, source: string): readonly Candidate[] {
  const made =
    candidatesOfCopy.get(copy) ??
    copy.index.entities.map((entity) => {
      const { entityId, names, categories, registrationAuthority, validUntil } = entity;
      return { entity, copy, summary: { entityId, source, names, categories, registrationAuthority, validUntil } };
    });
  candidatesOfCopy.set(copy, made);
  return made;
}
