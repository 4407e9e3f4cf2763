import type { AttributeConsumingService, ServiceProvider } from '@gakumon/metadata';
import { dictionary } from './dictionary.ts';
import type { AttributeDefinition } from './types.ts';

/** What an SP's metadata asks for of one attribute: nothing, every value, or certain values only. */
export type RequestedValues = undefined | 'every' | ReadonlySet<string>;

/** What is asked for by the definition of the attribute. `required`: of it, what the SP says that it cannot do without. */
export type AttributeRequests = {
  readonly requested: (definition: AttributeDefinition) => RequestedValues;
  readonly required: (definition: AttributeDefinition) => RequestedValues;
};

/** The attributes of the Subject Identifier profile. `none` speaks of them alone: SPs that say it may use older ones. */
const subjectIdentifiers: ReadonlySet<string> = new Set(['subject-id', 'pairwise-id']);

/**
 * @param index AttributeConsumingServiceIndex of the AuthnRequest; an unknown one means the default service
 * @returns what is requested by md:RequestedAttribute (SAML Metadata 2.4.4.2), or by the entity attribute subject-id:req
 *   (SAML V2.0 Subject Identifier Attributes Profile 1.0, section 2.2). An SP that says `none` there gets neither
 *   of its identifiers, whatever else it lists.
 */
export function readRequests(serviceProvider: ServiceProvider, index: number | undefined): AttributeRequests {
  const { requested = [] } = chooseService(serviceProvider.attributeConsumingServices, index) ?? {};
  const byName = Map.groupBy(requested, ({ name }) => name);
  const subjectIdentifier = subjectIdentifierWanted(serviceProvider);
  const wantsNone = serviceProvider.subjectIdRequirement === 'none';
  const find = ({ id, name }: AttributeDefinition, isCounted: (request: Request) => boolean): RequestedValues => {
    if (id === subjectIdentifier) return 'every';
    if (wantsNone && subjectIdentifiers.has(id)) return undefined;
    return unite(byName.get(name)?.filter(isCounted) ?? []);
  };
  return {
    requested: (definition) => find(definition, () => true),
    required: (definition) => find(definition, ({ isRequired }) => isRequired),
  };
}

type Request = AttributeConsumingService['requested'][number];

function unite(requests: readonly Request[]): RequestedValues {
  if (requests.length === 0) return undefined;
  const anyValue = requests.some((request) => request.values.length === 0);
  return anyValue ? 'every' : new Set(requests.flatMap((request) => request.values));
}

/** The attributes that an SP asks for, by their names in the dictionary. */
export function listRequestedAttributes(serviceProvider: ServiceProvider, index: number | undefined): string[] {
  const { requested } = readRequests(serviceProvider, index);
  return dictionary.filter((definition) => requested(definition) !== undefined).map(({ id }) => id);
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
