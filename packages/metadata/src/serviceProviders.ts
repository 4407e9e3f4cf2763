import type { Clock, EntityId } from '@gakumon/terms';
import type { ServiceProvider } from './reading/serviceProvider.ts';
import type { MetadataWarning } from './reading/warnings.ts';

/** What is known of a service provider without reading its metadata. */
export type ServiceProviderSummary = Pick<
  ServiceProvider,
  'entityId' | 'source' | 'names' | 'categories' | 'registrationAuthority' | 'validUntil'
>;

/**
 * `unknown`: nobody who counts tells of it as of a service provider that can be answered, and where it is known, why;
 * `undecided`: who would count can't be asked now, such as a server that is away.
 */
export type ServiceProviderAnswer =
  | { readonly kind: 'found'; readonly serviceProvider: ServiceProvider }
  | { readonly kind: 'unknown'; readonly why: string | undefined }
  | { readonly kind: 'undecided'; readonly why: string };

/** Answers "who is this SP?" from verified metadata. */
export interface ServiceProviders {
  ask(entityId: string): Promise<ServiceProviderAnswer>;
  /** @returns undefined also when its metadata has expired, turns out to be unusable when it is read, or can't be told now */
  find(entityId: string): Promise<ServiceProvider | undefined>;
  /** From memory, in the order of the sources; a summary is never edited, so one that is the same object says the same. */
  list(): readonly ServiceProviderSummary[];
}

/** What one source says. */
export type SourceContents = { readonly name: string; readonly serviceProviders: readonly ServiceProvider[] };

export type ServiceProviderIndex = ServiceProviders & { readonly warnings: readonly MetadataWarning[] };

/**
 * Indexes service providers by entityID; an index never changes, it is replaced as a whole. Where several tell of one
 * entity the first source in the list wins with a warning, and the next one serves when that metadata has expired. Our
 * own entityID is ignored with a warning.
 *
 * @param sources the most trusted first
 * @param options.clock expiry is judged at each question
 */
export function createServiceProviders(
  sources: readonly SourceContents[],
  options: { readonly ownEntityId: EntityId; readonly clock: Clock },
): ServiceProviderIndex {
  const index = new Map<string, ServiceProvider[]>();
  const warnings: MetadataWarning[] = [];
  for (const serviceProvider of sources.flatMap((source) => source.serviceProviders)) {
    const { entityId, source } = serviceProvider;
    const known = index.get(entityId);
    if (entityId === options.ownEntityId) {
      warnings.push({ source, entityId, message: 'is our own entityID and is ignored' });
    } else if (known === undefined) {
      index.set(entityId, [serviceProvider]);
    } else {
      warnings.push({ source, entityId, message: `is known from ${known[0]?.source}, which counts` });
      known.push(serviceProvider);
    }
  }
  const choose = (candidates: readonly ServiceProvider[] | undefined): ServiceProvider | undefined =>
    candidates?.find(({ validUntil }) => validUntil === undefined || validUntil > options.clock());
  return {
    warnings,
    ask: async (entityId) => {
      const serviceProvider = choose(index.get(entityId));
      return serviceProvider === undefined ? { kind: 'unknown', why: undefined } : { kind: 'found', serviceProvider };
    },
    find: async (entityId) => choose(index.get(entityId)),
    list: () => [...index.values()].map(choose).filter((serviceProvider) => serviceProvider !== undefined),
  };
}
