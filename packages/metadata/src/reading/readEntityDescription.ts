import { findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { type EntityId, isGakumonError, ns } from '@gakumon/terms';
import { readAlgorithmSupport } from './algorithmSupport.ts';
import { readUris } from './elementText.ts';
import { readEndpoints } from './endpoints.ts';
import type { Entity } from './entities.ts';
import type { EntityDescription } from './entityDescription.ts';
import { readKeys } from './keys.ts';
import { readContacts, readOrganization } from './people.ts';
import { readPublication } from './registration.ts';
import { readUiInfo } from './uiInfo.ts';
import { earliest, readValidUntil } from './validity.ts';
import type { Warn } from './warnings.ts';

/**
 * Reads what every role of an entity has (SAML Metadata 2.4.1, 2.4.2), and what is around it.
 * @returns undefined with a warning when the role's validUntil can't be read: then nobody knows how long to believe it
 */
export function readEntityDescription(
  entity: Entity,
  role: XmlElement,
  named: { readonly entityId: EntityId; readonly source: string },
  warn: Warn,
): EntityDescription | undefined {
  const { element } = entity;
  const roleEnd = readRoleEnd(role, warn);
  if (roleEnd === 'unknown') return undefined;
  return {
    ...named,
    ...readUiInfo(element, role, findChild(role, ns.md, 'Extensions'), warn),
    ...readKeys(role, warn),
    singleLogoutServices: readEndpoints(role, 'SingleLogoutService', warn),
    algorithms: readAlgorithmSupport(element, role, warn),
    nameIdFormats: readUris(listChildren(role, ns.md, 'NameIDFormat'), warn),
    categories: entity.entityAttributes.categories,
    entityAttributes: entity.entityAttributes.attributes,
    registrationAuthority: entity.registrationAuthority,
    registration: entity.registration,
    publication: readPublication(findChild(element, ns.md, 'Extensions'), warn),
    contacts: readContacts(element, role, warn),
    organization: readOrganization(element, role, warn),
    validUntil: earliest(entity.validUntil, roleEnd),
  };
}

function readRoleEnd(role: XmlElement, warn: Warn): number | undefined | 'unknown' {
  try {
    return readValidUntil(role);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`is ignored: ${error.detail}`);
    return 'unknown';
  }
}
