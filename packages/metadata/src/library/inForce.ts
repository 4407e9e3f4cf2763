import type { Clock, EntityId } from '@gakumon/terms';
import type { IndexedEntity } from '../index/metadataIndex.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { ServiceProviderSummary } from '../serviceProviders.ts';
import type { MdqSource } from '../sources/mdq.ts';
import type { OpenedCopy } from './openCopy.ts';
import type { SourcePart } from './readers/sourceReader.ts';

/** One source's word about one service provider. */
export type Candidate = {
  readonly summary: ServiceProviderSummary;
  readonly entity: IndexedEntity;
  readonly copy: OpenedCopy;
};

/** Where an answer may come from. */
export type Teller =
  | { readonly kind: 'document'; readonly candidate: Candidate }
  | { readonly kind: 'mdq'; readonly mdq: MdqSource };

/** Who is known, from all sources. Never changed, always replaced as a whole. */
export type InForce = {
  /** Who may answer for an entity, the most trusted first; also those whose word has expired. */
  tellersOf(entityId: string): readonly Teller[];
  list(): readonly ServiceProviderSummary[];
  isInForce(copy: OpenedCopy): boolean;
  readonly warnings: readonly MetadataWarning[];
};

/** So many that are known twice are told by name; federations that overlap share thousands. */
const mostNamed = 10;

type Placed = { readonly place: number; readonly candidate: Candidate };

/**
 * Puts together what the sources say. Where several tell of one entity the first counts with a warning, and the next one
 * serves when that metadata has expired. Our own entityID is ignored with a warning.
 * @param parts the most trusted first
 */
export function putInForce(
  parts: readonly SourcePart[],
  { ownEntityId, clock }: { readonly ownEntityId: EntityId; readonly clock: Clock },
): InForce {
  const known = new Map<string, Placed[]>();
  const warnings: MetadataWarning[] = [];
  const shadowed = createShadowWarnings();
  for (const [place, { documents, source }] of parts.entries()) {
    for (const candidate of documents.flatMap(({ copy }) =>
      copy === undefined ? [] : candidatesOf(copy, source.name),
    )) {
      const { entityId } = candidate.summary;
      const others = known.get(entityId);
      if (entityId === ownEntityId) {
        warnings.push({ source: source.name, entityId, message: 'is our own entityID and is ignored' });
      } else if (others === undefined) known.set(entityId, [{ place, candidate }]);
      else {
        shadowed.add(source.name, entityId, others[0]?.candidate.summary.source ?? '');
        others.push({ place, candidate });
      }
    }
  }
  const mdqs = parts.flatMap(({ mdq }, place) => (mdq === undefined ? [] : [{ place, mdq }]));
  const isValid = ({ validUntil }: { validUntil: number | undefined }): boolean =>
    validUntil === undefined || validUntil > clock();

  function tellersOf(entityId: string): readonly Teller[] {
    if (entityId === ownEntityId) return [];
    const documents = (known.get(entityId) ?? []).map(({ place, candidate }) => ({
      place,
      teller: { kind: 'document', candidate } as const,
    }));
    if (mdqs.length === 0) return documents.map(({ teller }) => teller);
    const queries = mdqs.map(({ place, mdq }) => ({ place, teller: { kind: 'mdq', mdq } as const }));
    return [...documents, ...queries].sort((one, other) => one.place - other.place).map(({ teller }) => teller);
  }

  function list(): readonly ServiceProviderSummary[] {
    const chosen = new Map<string, { readonly place: number; readonly summary: ServiceProviderSummary }>();
    const offer = (place: number, summary: ServiceProviderSummary): void => {
      const before = chosen.get(summary.entityId);
      const counts = before === undefined || place < before.place;
      if (isValid(summary) && summary.entityId !== ownEntityId && counts)
        chosen.set(summary.entityId, { place, summary });
    };
    for (const placed of known.values()) {
      const first = placed.find(({ candidate }) => isValid(candidate.summary));
      if (first !== undefined) offer(first.place, first.candidate.summary);
    }
    for (const { place, mdq } of mdqs) for (const summary of mdq.list()) offer(place, summary);
    const all = [...chosen.values()];
    return (mdqs.length === 0 ? all : all.sort((one, other) => one.place - other.place)).map(({ summary }) => summary);
  }

  const copies = new Set(parts.flatMap(({ documents }) => documents.map(({ copy }) => copy)));
  return { tellersOf, list, isInForce: (copy) => copies.has(copy), warnings: [...warnings, ...shadowed.list()] };
}

const candidatesOfCopy = new WeakMap<OpenedCopy, readonly Candidate[]>();

/** The same objects for the same copy, so that what was read of them stays known. */
function candidatesOf(copy: OpenedCopy, source: string): readonly Candidate[] {
  const made =
    candidatesOfCopy.get(copy) ??
    copy.index.entities.filter(isServiceProvider).map((entity) => {
      const { entityId, names, categories, registrationAuthority, validUntil } = entity;
      return { entity, copy, summary: { entityId, source, names, categories, registrationAuthority, validUntil } };
    });
  candidatesOfCopy.set(copy, made);
  return made;
}

const isServiceProvider = (entity: IndexedEntity): boolean => entity.isServiceProvider;

function createShadowWarnings() {
  const named: MetadataWarning[] = [];
  const counts = new Map<string, { source: string; from: string; count: number; more: number }>();
  return {
    add(source: string, entityId: string, from: string): void {
      const key = JSON.stringify([source, from]);
      const pair = counts.get(key) ?? { source, from, count: 0, more: 0 };
      counts.set(key, pair);
      pair.count += 1;
      if (pair.count > mostNamed) pair.more += 1;
      else named.push({ source, entityId, message: `is known from ${from}, which counts` });
    },
    list: (): readonly MetadataWarning[] => [
      ...named,
      ...[...counts.values()]
        .filter(({ more }) => more > 0)
        .map(({ source, from, more }) => ({
          source,
          entityId: undefined,
          message: `${more} more are known from ${from}, which counts`,
        })),
    ],
  };
}
