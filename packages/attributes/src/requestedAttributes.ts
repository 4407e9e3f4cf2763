import type { AttributeConsumingService, ServiceProvider } from '@gakumon/metadata';
import { dictionary } from './dictionary.ts';
import type { AttributeDefinition } from './types.ts';

/** What an SP's metadata asks for of one attribute: nothing, every value, or certain values only. */
export type RequestedValues = undefined | 'every' | ReadonlySet<string>;

/**
 * @param index AttributeConsumingServiceIndex of the AuthnRequest; an unknown one means the default service
 * @returns what is requested by md:RequestedAttribute (SAML Metadata 2.4.4.2), or by the entity attribute subject-id:req
 *   (SAML V2.0 Subject Identifier Attributes Profile 1.0, section 2.2)
 */
export function findRequestedValues(
  definition: AttributeDefinition,
  serviceProvider: ServiceProvider,
  index: number | undefined,
): RequestedValues {
  if (definition.id === subjectIdentifierWanted(serviceProvider)) {
    return 'every';
  }
  const service = chooseService(serviceProvider.attributeConsumingServices, index);
  const requests = service?.requested.filter((request) => request.name === definition.name) ?? [];
  if (requests.length === 0) {
    return undefined;
  }
  const anyValue = requests.some((request) => request.values.length === 0);
  return anyValue ? 'every' : new Set(requests.flatMap((request) => request.values));
}

/** The attributes that an SP asks for, by their names in the dictionary. */
export function listRequestedAttributes(serviceProvider: ServiceProvider, index: number | undefined): string[] {
  return dictionary
    .filter((definition) => findRequestedValues(definition, serviceProvider, index) !== undefined)
    .map(({ id }) => id);
}

/** `any` leaves the choice to the IdP; the pairwise one tells less. */
function subjectIdentifierWanted({ subjectIdRequirement }: ServiceProvider): string | undefined {
  switch (subjectIdRequirement) {
    case 'subject-id':
      return 'subject-id';
    case 'pairwise-id':
    case 'any':
      return 'pairwise-id';
    default:
      return undefined;
  }
}

function chooseService(
  services: readonly AttributeConsumingService[],
  index: number | undefined,
): AttributeConsumingService | undefined {
  const asked = index === undefined ? undefined : services.find((service) => service.index === index);
  return asked ?? services.find((service) => service.isDefault) ?? services[0];
}
