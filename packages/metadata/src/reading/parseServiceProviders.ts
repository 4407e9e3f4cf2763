import { attributeOf, findChild, listChildren, parseXml, type XmlElement } from '@gakumon/saml';
import { type EntityId, isGakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { metadataLimits } from '../limits.ts';
import { readUris } from './elementText.ts';
import { readAssertionConsumerServices, readRequestInitiator } from './endpoints.ts';
import { type Entity, findEntityId, listEntities, listSpRoles } from './entities.ts';
import { readKeys } from './keys.ts';
import { readAttributeConsumingServices } from './requestedAttributes.ts';
import { parseBoolean } from './schemaTypes.ts';
import type { AssertionConsumerService, ServiceProvider } from './serviceProvider.ts';
import { readUiInfo } from './uiInfo.ts';
import { earliest, readValidUntil } from './validity.ts';
import type { MetadataWarning, Warn, WarnAbout } from './warnings.ts';

/** The service providers of one document, and what was odd about it. */
export type ParsedMetadata = {
  readonly serviceProviders: readonly ServiceProvider[];
  readonly warnings: readonly MetadataWarning[];
};

/**
 * Reads metadata: one md:EntityDescriptor, or an md:EntitiesDescriptor of any depth. What comes out was validated, value
 * by value; what could not be believed was left out and is among the warnings. An entity that is not a service provider
 * of SAML 2.0 with an AssertionConsumerService for HTTP-POST is left out, and a defect of one entity never costs
 * another. Dates are carried along, not judged: that depends on when it is used.
 *
 * @param bytes a whole document; of signed metadata, the bytes that were hashed (law 1)
 * @param source the name of the metadata source
 * @throws GakumonError `metadata-invalid` when the root is something else; `xml-…` as parseXml does
 */
export function parseServiceProviders(bytes: Uint8Array, source: string): ParsedMetadata {
  return readServiceProviders(parseXml(bytes, metadataLimits), source);
}

/** The same for a document that is parsed already. */
export function readServiceProviders(root: XmlElement, source: string): ParsedMetadata {
  const warnings: MetadataWarning[] = [];
  const warnAbout: WarnAbout = (entityId) => (message) => warnings.push({ source, entityId, message });
  const serviceProviders: ServiceProvider[] = [];
  for (const entity of listEntities(root, warnAbout)) {
    if (listSpRoles(entity.element).length === 0) continue;
    const entityId = findEntityId(entity.element);
    if (entityId === undefined) {
      const written = attributeOf(entity.element, 'entityID') ?? '';
      warnAbout(undefined)(`an entity is ignored: ${quoteUntrusted(written)} can't be an entityID`);
      continue;
    }
    const serviceProvider = readServiceProvider(entity, entityId, source, warnAbout(entityId));
    if (serviceProvider !== undefined) serviceProviders.push(serviceProvider);
  }
  return { serviceProviders, warnings };
}

function readServiceProvider(
  entity: Entity,
  entityId: EntityId,
  source: string,
  warn: Warn,
): ServiceProvider | undefined {
  const usable = findUsableRole(entity.element, warn);
  if (usable === undefined) {
    warn('is ignored: it has no AssertionConsumerService for HTTP-POST that can be used');
    return undefined;
  }
  const { role, assertionConsumerServices } = usable;
  const roleEnd = readRoleEnd(role, warn);
  if (roleEnd === 'unknown') return undefined;
  const extensions = findChild(role, ns.md, 'Extensions');
  return {
    entityId,
    source,
    ...readUiInfo(entity.element, role, extensions, warn),
    requestInitiator: readRequestInitiator(extensions, warn),
    assertionConsumerServices,
    ...readKeys(role, warn),
    nameIdFormats: readUris(listChildren(role, ns.md, 'NameIDFormat'), warn),
    authnRequestsSigned: parseBoolean(attributeOf(role, 'AuthnRequestsSigned')) ?? false,
    wantAssertionsSigned: parseBoolean(attributeOf(role, 'WantAssertionsSigned')) ?? false,
    attributeConsumingServices: readAttributeConsumingServices(role, warn),
    ...entity.entityAttributes,
    registrationAuthority: entity.registrationAuthority,
    validUntil: earliest(entity.validUntil, roleEnd),
  };
}

/** An entity may have several roles of one kind (SAML Metadata 2.4): the first that can be answered to counts. */
function findUsableRole(
  element: XmlElement,
  warn: Warn,
): { role: XmlElement; assertionConsumerServices: readonly AssertionConsumerService[] } | undefined {
  for (const role of listSpRoles(element)) {
    const assertionConsumerServices = readAssertionConsumerServices(role, warn);
    if (assertionConsumerServices.length > 0) return { role, assertionConsumerServices };
  }
  return undefined;
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
