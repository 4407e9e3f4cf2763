import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { type EntityId, GakumonError, isGakumonError, ns, quoteUntrusted, toEntityId } from '@gakumon/terms';
import { type EntityAttributes, noEntityAttributes, readEntityAttributes } from './entityAttributes.ts';
import { readRegistrationAuthority } from './registration.ts';
import { earliest, readValidUntil } from './validity.ts';
import type { WarnAbout } from './warnings.ts';

/** What holds for an entity because of the groups that it stands in. */
export type Inherited = {
  readonly validUntil: number | undefined;
  readonly registrationAuthority: string | undefined;
  readonly entityAttributes: EntityAttributes;
};

/** An md:EntityDescriptor, with what it and everything around it say. */
export type Entity = Inherited & { readonly element: XmlElement };

const nothing: Inherited = {
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
  yield* walk(root, nothing, warnAbout);
}

function* walk(element: XmlElement, around: Inherited, warnAbout: WarnAbout): Generator<Entity> {
  const here = inherit(element, around, warnAbout);
  if (here === undefined) return;
  if (element.localName === 'EntityDescriptor') {
    yield { ...here, element };
    return;
  }
  for (const child of element.children) {
    if (child.kind !== 'element' || child.namespace !== ns.md) continue;
    if (child.localName === 'EntityDescriptor' || child.localName === 'EntitiesDescriptor') {
      yield* walk(child, here, warnAbout);
    }
  }
}

function inherit(element: XmlElement, around: Inherited, warnAbout: WarnAbout): Inherited | undefined {
  const extensions = findChild(element, ns.md, 'Extensions');
  const warn = warnAbout(findEntityId(element));
  try {
    return {
      validUntil: earliest(readValidUntil(element), around.validUntil),
      registrationAuthority: readRegistrationAuthority(extensions, around.registrationAuthority),
      entityAttributes: readEntityAttributes(extensions, around.entityAttributes, warn),
    };
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${element.localName} ${quoteUntrusted(attributeOf(element, 'Name') ?? '')} is ignored: ${error.detail}`);
    return undefined;
  }
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

/** The md:SPSSODescriptor elements of an entity that speak SAML 2.0 (SAML Metadata 2.4.1, 2.4.4). */
export function listSpRoles(entity: XmlElement): readonly XmlElement[] {
  return listChildren(entity, ns.md, 'SPSSODescriptor').filter((role) =>
    (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/[\t\n\r ]+/).includes(ns.samlp),
  );
}
