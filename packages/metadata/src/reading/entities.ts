import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { type EntityId, GakumonError, isGakumonError, ns, quoteUntrusted, toEntityId } from '@gakumon/terms';
import type { Assertable } from '../sources/source.ts';
import { type EntityAttributes, noEntityAttributes, readEntityAttributes } from './entityAttributes.ts';
import type { Registration } from './entityDescription.ts';
import { readRegistration } from './registration.ts';
import { earliest, readValidUntil } from './validity.ts';
import type { Warn, WarnAbout } from './warnings.ts';

/** What holds for an entity because of the groups that it stands in. */
export type Inherited = {
  readonly validUntil: number | undefined;
  readonly registrationAuthority: string | undefined;
  /** What else is known of that registration; an index of groups may leave it out. */
  readonly registration?: Registration | undefined;
  readonly entityAttributes: EntityAttributes;
};

/** An md:EntityDescriptor, with what it and everything around it say. */
export type Entity = Inherited & { readonly element: XmlElement };

/** What an entity inherits that stands in no group. */
export const nothingInherited: Inherited = {
  validUntil: undefined,
  registrationAuthority: undefined,
  entityAttributes: noEntityAttributes,
};

/**
 * Walks an md:EntityDescriptor or an md:EntitiesDescriptor, nested or not (SAML Metadata 2.3), in document order. A
 * group or entity whose validUntil can't be read is passed over with a warning: nobody knows how long to believe it.
 *
 * @throws GakumonError `metadata-invalid` when the root is neither
 */
export function* listEntities(root: XmlElement, warnAbout: WarnAbout): Generator<Entity> {
  if (root.namespace !== ns.md || !['EntityDescriptor', 'EntitiesDescriptor'].includes(root.localName)) {
    throw new GakumonError('metadata-invalid', {
      detail: `the root is ${quoteUntrusted(root.localName)}, not an EntityDescriptor or EntitiesDescriptor of SAML 2.0 metadata`,
    });
  }
  yield* walk(root, nothingInherited, warnAbout);
}

function* walk(element: XmlElement, around: Inherited, warnAbout: WarnAbout): Generator<Entity> {
  if (element.localName === 'EntityDescriptor') {
    const entity = readEntity(element, around, warnAbout(findEntityId(element)));
    if (entity !== undefined) yield entity;
    return;
  }
  const here = inherit(element, around, warnAbout(undefined));
  if (here === undefined) return;
  for (const child of element.children) {
    if (child.kind !== 'element' || child.namespace !== ns.md) continue;
    if (child.localName === 'EntityDescriptor' || child.localName === 'EntitiesDescriptor') {
      yield* walk(child, here, warnAbout);
    }
  }
}

/**
 * An md:EntityDescriptor by itself, as it stands in an index.
 * @param around what the groups around it say
 * @returns undefined with a warning when nobody knows how long to believe it
 */
export function readEntity(element: XmlElement, around: Inherited, warn: Warn): Entity | undefined {
  const here = inherit(element, around, warn);
  return here && { ...here, element };
}

/**
 * What a group or an entity says for all that is in it, added to what is said around it.
 * @param element an md:EntitiesDescriptor or md:EntityDescriptor; only its attributes and md:Extensions are read
 * @returns undefined with a warning when its validUntil can't be read
 */
export function inherit(element: XmlElement, around: Inherited, warn: Warn): Inherited | undefined {
  const extensions = findChild(element, ns.md, 'Extensions');
  try {
    const validUntil = earliest(readValidUntil(element), around.validUntil);
    const registration = readRegistration(extensions, undefined, warn);
    return {
      validUntil,
      registrationAuthority: registration?.authority ?? around.registrationAuthority,
      registration: registration ?? around.registration,
      entityAttributes: readEntityAttributes(extensions, around.entityAttributes, warn),
    };
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${element.localName} ${quoteUntrusted(attributeOf(element, 'Name') ?? '')} is ignored: ${error.detail}`);
    return undefined;
  }
}

/**
 * What is believed of an entity from a source that may assert only so much: without `categories` neither its entity
 * attributes (categories and subject-id:req among them) nor who registered it, its groups' included.
 */
export function limitToAssertable(entity: Entity, mayAssert: readonly Assertable[]): Entity {
  if (mayAssert.includes('categories')) return entity;
  return { ...nothingInherited, validUntil: entity.validUntil, element: entity.element };
}

/** The entityID of an md:EntityDescriptor; undefined when there is none, or it can't be one. */
export function findEntityId(element: XmlElement): EntityId | undefined {
  try {
    return toEntityId(attributeOf(element, 'entityID') ?? '');
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    return undefined;
  }
}

/** The same, with a warning when there is none. */
export function findReadableId(element: XmlElement, warnAbout: WarnAbout): EntityId | undefined {
  const entityId = findEntityId(element);
  if (entityId === undefined) {
    const written = attributeOf(element, 'entityID') ?? '';
    warnAbout(undefined)(`an entity is ignored: ${quoteUntrusted(written)} can't be an entityID`);
  }
  return entityId;
}

/** The roles of an entity that speak SAML 2.0 (SAML Metadata 2.4.1). */
export function listRoles(
  entity: XmlElement,
  localName: 'SPSSODescriptor' | 'IDPSSODescriptor',
): readonly XmlElement[] {
  const roles = listChildren(entity, ns.md, localName).filter((role) =>
    (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/[\t\n\r ]+/).includes(ns.samlp),
  );
  return roles.slice(0, mostRoles);
}

/** Each is read until one can be used. */
const mostRoles = 10;
