import type { ServiceProvider, ServiceProviders } from '@gakumon/metadata';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';

/** @throws GakumonError `service-unknown` when no metadata in force speaks of it */
export function requireServiceProvider(serviceProviders: ServiceProviders, entityId: string): ServiceProvider {
  const found = serviceProviders.find(entityId);
  if (found === undefined) throw new GakumonError('service-unknown', { detail: quoteUntrusted(entityId, 500) });
  return found;
}
