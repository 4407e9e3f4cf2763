import type { EntityId, LocalisedOptional } from '@gakumon/terms';
import type { EntityContext, IndexedEntity, MetadataIndex } from '../index/metadataIndex.ts';
import type { ServiceProviderUse } from '../ports.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { type AspectChange, compareAspects } from './aspects.ts';

/** An accepted document, and how to read an entity of it. */
export type ReadableIndex = {
  readonly index: MetadataIndex;
  /** Undefined when it turns out to be no service provider that can be answered. */
  readonly read: (entity: IndexedEntity) => Promise<ServiceProvider | undefined>;
};

/** What became of one service provider from one document to the next. */
export type EntityChange = {
  readonly entityId: EntityId;
  readonly names: LocalisedOptional;
  /** When somebody here last logged in to it, milliseconds; undefined: not lately. */
  readonly lastUse: number | undefined;
} & (
  | { readonly kind: 'came' }
  | { readonly kind: 'went' }
  | { readonly kind: 'changed'; readonly changes: readonly AspectChange[] }
);

/** One entityID, in both documents or in one. */
type Pair = { readonly before: IndexedEntity | undefined; readonly after: IndexedEntity | undefined };

/**
 * Tells which service providers came, went and changed from one document to another: those that people here used lately
 * first, the latest of all in front; then the others, what the old document had in its order, then what came. One that
 * has the same octets in the same surroundings is not read. One at a time is in memory.
 *
 * @param before undefined: there was none
 * @param uses who counts as used
 */
export async function* compareEntities(
  before: ReadableIndex | undefined,
  after: ReadableIndex,
  uses: readonly ServiceProviderUse[] = [],
): AsyncGenerator<EntityChange> {
  const surroundings = [describeContexts(before?.index), describeContexts(after.index)] as const;
  const lastUses = listLastUses(uses);
  for (const { before: old, after: fresh } of listPairs(before?.index, after.index, lastUses)) {
    if (isSame(old, fresh, surroundings)) continue;
    const entityId = (fresh ?? old)?.entityId;
    if (entityId === undefined) continue;
    const one = old && (await before?.read(old));
    const other = fresh && (await after.read(fresh));
    const told = { entityId, names: (other ?? one)?.names ?? {}, lastUse: lastUses.get(entityId) };
    if (one !== undefined && other !== undefined) {
      const changes = compareAspects(one, other);
      const unnamed: AspectChange = { aspect: 'other', removed: [], added: [] };
      yield { ...told, kind: 'changed', changes: changes.length > 0 ? changes : [unnamed] };
    } else if (one !== undefined) yield { ...told, kind: 'went' };
    else if (other !== undefined) yield { ...told, kind: 'came' };
  }
}

/** How many service providers came, went and changed, by the indexes alone. */
export function countChanges(
  before: MetadataIndex | undefined,
  after: MetadataIndex,
): { readonly came: number; readonly went: number; readonly changed: number } {
  const surroundings = [describeContexts(before), describeContexts(after)] as const;
  const counts = { came: 0, went: 0, changed: 0 };
  for (const { before: old, after: fresh } of listPairs(before, after, new Map())) {
    if (old === undefined) counts.came += 1;
    else if (fresh === undefined) counts.went += 1;
    else if (!isSame(old, fresh, surroundings)) counts.changed += 1;
  }
  return counts;
}

function isSame(
  before: IndexedEntity | undefined,
  after: IndexedEntity | undefined,
  [old, fresh]: readonly [readonly string[], readonly string[]],
): boolean {
  if (before === undefined || after === undefined) return false;
  return before.sha256 === after.sha256 && old[before.context] === fresh[after.context];
}

/** What an entity gets from around it, as texts to compare: without the validUntil of its groups, which always moves. */
function describeContexts(index: MetadataIndex | undefined): readonly string[] {
  return (index?.contexts ?? []).map(({ inherited: { validUntil: _, ...inherited }, ...rest }: EntityContext) =>
    JSON.stringify({ ...rest, inherited }),
  );
}

function* listPairs(
  before: MetadataIndex | undefined,
  after: MetadataIndex,
  lastUses: ReadonlyMap<string, number>,
): Generator<Pair> {
  const [old, fresh] = [listServiceProviders(before), listServiceProviders(after)];
  for (const entityId of lastUses.keys()) {
    const pair = { before: old.get(entityId), after: fresh.get(entityId) };
    if (pair.before !== undefined || pair.after !== undefined) yield pair;
  }
  for (const [entityId, entity] of old) {
    if (!lastUses.has(entityId)) yield { before: entity, after: fresh.get(entityId) };
  }
  for (const [entityId, entity] of fresh) {
    if (!lastUses.has(entityId) && !old.has(entityId)) yield { before: undefined, after: entity };
  }
}

/** Of two with one entityID the first counts, as everywhere. */
function listServiceProviders(index: MetadataIndex | undefined): ReadonlyMap<string, IndexedEntity> {
  const found = new Map<string, IndexedEntity>();
  for (const entity of index?.entities ?? []) {
    if (entity.isServiceProvider && !found.has(entity.entityId)) found.set(entity.entityId, entity);
  }
  return found;
}

/** The latest first. */
function listLastUses(uses: readonly ServiceProviderUse[]): ReadonlyMap<string, number> {
  const latest = new Map<string, number>();
  for (const { entityId, at } of uses) latest.set(entityId, Math.max(at, latest.get(entityId) ?? at));
  return new Map([...latest].sort(([, one], [, other]) => other - one));
}
