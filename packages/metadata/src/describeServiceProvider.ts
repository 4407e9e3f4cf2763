import type { ServiceProvider } from './reading/serviceProvider.ts';

/** The JSON that `metadata list` and `metadata verify` print, one per service provider. A contract: scripts read it. */
export type ServiceProviderDescription = {
  readonly entityID: string;
  readonly acs: readonly string[];
  /** SHA-256 of each certificate's DER, lower-case hex. */
  readonly certs: readonly string[];
  readonly categories: readonly string[];
  readonly source: string;
};

/** Describes a service provider in the shape of that contract. */
export function describeServiceProvider(serviceProvider: ServiceProvider): ServiceProviderDescription {
  const { entityId, assertionConsumerServices, signingKeys, encryptionKeys, categories, source } = serviceProvider;
  return {
    entityID: entityId,
    acs: [...new Set(assertionConsumerServices.map(({ location }) => location))],
    certs: [...new Set([...signingKeys, ...encryptionKeys].map(({ fingerprint }) => fingerprint))],
    categories: [...categories],
    source,
  };
}
