import type { ServiceProvider, ServiceProviders } from '@gakumon/metadata';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';

/** Who answers for service providers. */
export type KnownServiceProviders = {
  readonly serviceProviders: Pick<ServiceProviders, 'find'>;
  /** Why nobody can be found under an entityID, for the operator: metadata that expired, is damaged, or never came. */
  readonly whyUnknown?: ((entityId: string) => string | undefined) | undefined;
};

/** @throws GakumonError `service-unknown` when no metadata in force speaks of it; the detail says why that is, where known */
export async function requireServiceProvider(
  { serviceProviders, whyUnknown }: KnownServiceProviders,
  entityId: string,
): Promise<ServiceProvider> {
  const found = await serviceProviders.find(entityId);
  if (found !== undefined) return found;
  const why = whyUnknown?.(entityId);
  const who = quoteUntrusted(entityId, 500);
  throw new GakumonError('service-unknown', { detail: why === undefined ? who : `${who}: ${why}` });
}
