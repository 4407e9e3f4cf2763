import type { XmlAttribute, XmlDeclaration } from '@gakumon/saml';
import { type EntityId, type LocalisedOptional, toEntityId } from '@gakumon/terms';
import type { Inherited } from '../reading/entities.ts';
import type { EntityAttributes } from '../reading/entityAttributes.ts';
import type { Registration } from '../reading/entityDescription.ts';
import { damaged } from './damaged.ts';
import { entityLimits } from './entityLimits.ts';
import type { DocumentFacts, EntityContext, IndexedEntity, MetadataIndex } from './metadataIndex.ts';
import { doAtOnce, type Steps } from './steps.ts';

/**
 * Checks that a stored index has the shape that is written today, and speaks of octets that are there. Lists and texts
 * that many entities have in common are kept once.
 * @param size octets of the file that the index speaks of
 * @throws GakumonError `metadata-damaged`
 */
export function validateIndex(read: unknown, size: number): MetadataIndex {
  return doAtOnce(validateInGroups(read, [record(read, 'the index').entities], size));
}

/**
 * The same of an index whose entities come in groups, one at each step.
 * @param read all of it but the entities
 */
export function* validateInGroups(read: unknown, groups: Iterable<unknown>, size: number): Steps<MetadataIndex> {
  const found = record(read, 'the index');
  if (found.version !== 1) throw damaged('the index has another version');
  const shared = createShared();
  const contexts = list(found.contexts, 'contexts').map(toContext);
  const facts = toFacts(record(found.facts, 'facts'));
  const entities: IndexedEntity[] = [];
  for (const group of groups) {
    for (const one of list(group, 'entities')) entities.push(toEntity(record(one, 'entity'), size, contexts, shared));
    yield;
  }
  const warnings = list(found.warnings, 'warnings').map((one) => {
    const warning = record(one, 'warning');
    return { entityId: optional(text)(warning.entityId), message: text(warning.message) };
  });
  return { version: 1, facts, contexts, entities, warnings };
}

type Fields = Readonly<Record<string, unknown>>;

function toFacts(found: Fields): DocumentFacts {
  return {
    sha256: text(found.sha256),
    size: count(found.size),
    validUntil: optional(integer)(found.validUntil),
    cacheDuration: optional(count)(found.cacheDuration),
    signer: optional(text)(found.signer),
    acceptedAt: integer(found.acceptedAt),
    trust: text(found.trust),
  };
}

function toEntity(found: Fields, size: number, contexts: readonly EntityContext[], shared: Shared): IndexedEntity {
  const offset = count(found.offset);
  const length = count(found.length);
  const context = count(found.context);
  if (length > entityLimits.bytes || offset + length > size) throw damaged('an entity lies outside the file');
  if (context >= contexts.length) throw damaged('an entity without surroundings');
  return {
    entityId: entityId(found.entityId),
    offset,
    length,
    sha256: text(found.sha256),
    context,
    isServiceProvider: flag(found.isServiceProvider),
    isIdentityProvider: flag(found.isIdentityProvider),
    names: texts(found.names),
    categories: shared.categories(contexts, context, list(found.categories, 'categories').map(text)),
    registrationAuthority: shared.text(optional(text)(found.registrationAuthority)),
    validUntil: optional(integer)(found.validUntil),
  };
}

function toContext(one: unknown): EntityContext {
  const found = record(one, 'context');
  return {
    declarations: list(found.declarations, 'declarations').map((each): XmlDeclaration => {
      const { prefix, namespace } = record(each, 'declaration');
      return { prefix: text(prefix), namespace: text(namespace) };
    }),
    xmlAttributes: list(found.xmlAttributes, 'xmlAttributes').map((each): XmlAttribute => {
      const { prefix, localName, namespace, value } = record(each, 'attribute');
      return { prefix: text(prefix), localName: text(localName), namespace: text(namespace), value: text(value) };
    }),
    inherited: toInherited(record(found.inherited, 'inherited')),
  };
}

function toInherited(found: Fields): Inherited {
  const attributes = record(found.entityAttributes, 'entityAttributes');
  return {
    validUntil: optional(integer)(found.validUntil),
    registrationAuthority: optional(text)(found.registrationAuthority),
    registration: optional(toRegistration)(found.registration),
    entityAttributes: {
      categories: list(attributes.categories, 'categories').map(text),
      subjectIdRequirement: subjectIdRequirement(attributes.subjectIdRequirement),
      attributes: list(attributes.attributes, 'attributes').map((each) => {
        const { name, nameFormat, values } = record(each, 'attribute');
        return { name: text(name), nameFormat: optional(text)(nameFormat), values: list(values, 'values').map(text) };
      }),
    },
  };
}

function toRegistration(one: unknown): Registration {
  const { authority, instant, policies } = record(one, 'registration');
  return { authority: text(authority), instant: optional(integer)(instant), policies: texts(policies) };
}

const requirements = ['subject-id', 'pairwise-id', 'any', 'none'] as const;

function subjectIdRequirement(value: unknown): EntityAttributes['subjectIdRequirement'] {
  const found = requirements.find((one) => one === value);
  if (value !== undefined && found === undefined) throw damaged('subjectIdRequirement is none');
  return found;
}

type Shared = {
  /** Those of an entity and those of its groups. */
  readonly categories: (
    contexts: readonly EntityContext[],
    context: number,
    own: readonly string[],
  ) => readonly string[];
  readonly text: (found: string | undefined) => string | undefined;
};

function createShared(): Shared {
  const lists = new Map<string, readonly string[]>();
  const merged = new Map<string, readonly string[]>();
  const known = new Map<string | undefined, string | undefined>();
  const keep = <K, V>(map: Map<K, V>, key: K, value: V): V => {
    const before = map.get(key);
    if (before === undefined) map.set(key, value);
    return before ?? value;
  };
  const sharedText = (found: string | undefined): string | undefined => keep(known, found, found);
  const sharedList = (found: readonly string[]): readonly string[] =>
    keep(lists, found.join(' '), found.map(sharedText) as readonly string[]);
  return {
    categories: (contexts, context, own) => {
      const inherited = contexts[context]?.inherited.entityAttributes.categories ?? [];
      if (inherited.length === 0) return sharedList(own);
      if (own.length === 0) return inherited;
      const key = `${context} ${own.join(' ')}`;
      // An earlier release wrote all of them for each entity.
      return merged.get(key) ?? keep(merged, key, [...new Set([...inherited, ...own])]);
    },
    text: sharedText,
  };
}

function record(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(`${what} is no record`);
  return value as Fields;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${what} is no list`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw damaged('no text where one belongs');
  return value;
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw damaged('neither true nor false');
  return value;
}

function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw damaged('no whole number where one belongs');
  return value as number;
}

function count(value: unknown): number {
  const found = integer(value);
  if (found < 0) throw damaged('a number below zero');
  return found;
}

function optional<T>(validate: (value: unknown) => T): (value: unknown) => T | undefined {
  return (value) => (value === undefined ? undefined : validate(value));
}

function texts(value: unknown): LocalisedOptional {
  const found = record(value, 'names');
  for (const each of Object.values(found)) text(each);
  return found as LocalisedOptional;
}

function entityId(value: unknown): EntityId {
  try {
    return toEntityId(text(value));
  } catch (error) {
    throw damaged('an entity without an entityID', error);
  }
}
