import { attributeOf, findChild, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import type { Assertable } from '../sources/source.ts';
import { readAttributePurposes } from './attributePurposes.ts';
import {
  readAssertionConsumerServices,
  readDiscoveryResponses,
  readOtherAssertionConsumerServices,
  readRequestInitiators,
} from './endpoints.ts';
import { type Entity, findReadableId, limitToAssertable, listRoles } from './entities.ts';
import { readEntityDescription } from './readEntityDescription.ts';
import { readAttributeConsumingServices } from './requestedAttributes.ts';
import { parseBoolean } from './schemaTypes.ts';
import type { AssertionConsumerService, ServiceProvider } from './serviceProvider.ts';
import { createWarnings, type MetadataWarning, type Warn } from './warnings.ts';

/** A service provider, and what was odd about it. */
export type ServiceProviderReading = {
  /** Undefined when the entity is none that could be answered; without a warning when it doesn't say to be one. */
  readonly serviceProvider: ServiceProvider | undefined;
  readonly warnings: readonly MetadataWarning[];
};

/**
 * Reads an entity as a service provider of SAML 2.0 (SAML Metadata 2.4.4). What comes out was validated, value by value,
 * and is bounded; what could not be believed was left out and is among the warnings. Never throws for what metadata says.
 * Dates are carried along, not judged: that depends on when it is used.
 *
 * @param entity with all that it inherits
 * @param source the name of the metadata source
 * @param mayAssert what that source is believed (`limitToAssertable`)
 */
export function readServiceProvider(
  entity: Entity,
  source: string,
  mayAssert: readonly Assertable[],
): ServiceProviderReading {
  const roles = listRoles(entity.element, 'SPSSODescriptor');
  if (roles.length === 0) return { serviceProvider: undefined, warnings: [] };
  const { warnings, warnAbout } = createWarnings(source);
  const entityId = findReadableId(entity.element, warnAbout);
  if (entityId === undefined) return { serviceProvider: undefined, warnings };
  const believed = limitToAssertable(entity, mayAssert);
  return { serviceProvider: readRole(believed, roles, { entityId, source }, warnAbout(entityId)), warnings };
}

function readRole(
  entity: Entity,
  roles: readonly XmlElement[],
  named: Pick<ServiceProvider, 'entityId' | 'source'>,
  warn: Warn,
): ServiceProvider | undefined {
  const usable = findUsableRole(roles, warn);
  if (usable === undefined) {
    warn('is ignored: it has no AssertionConsumerService for HTTP-POST that can be used');
    return undefined;
  }
  const { role, assertionConsumerServices } = usable;
  const description = readEntityDescription(entity, role, named, warn);
  if (description === undefined) return undefined;
  const extensions = findChild(role, ns.md, 'Extensions');
  const requestInitiators = readRequestInitiators(extensions, warn);
  return {
    ...description,
    requestInitiator: requestInitiators[0],
    requestInitiators,
    discoveryResponses: readDiscoveryResponses(extensions, warn),
    assertionConsumerServices,
    otherAssertionConsumerServices: readOtherAssertionConsumerServices(role, warn),
    authnRequestsSigned: parseBoolean(attributeOf(role, 'AuthnRequestsSigned')) ?? false,
    wantAssertionsSigned: parseBoolean(attributeOf(role, 'WantAssertionsSigned')) ?? false,
    attributeConsumingServices: readAttributeConsumingServices(role, warn),
    attributePurposes: readAttributePurposes(extensions, warn),
    subjectIdRequirement: entity.entityAttributes.subjectIdRequirement,
  };
}

/** An entity may have several roles of one kind (SAML Metadata 2.4): the first that can be answered to counts. */
function findUsableRole(
  roles: readonly XmlElement[],
  warn: Warn,
): { role: XmlElement; assertionConsumerServices: readonly AssertionConsumerService[] } | undefined {
  for (const role of roles) {
    const assertionConsumerServices = readAssertionConsumerServices(role, warn);
    if (assertionConsumerServices.length > 0) return { role, assertionConsumerServices };
  }
  return undefined;
}
