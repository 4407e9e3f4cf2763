import type { ServiceProvider, ServiceProviders } from '@gakumon/metadata';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';

/** @throws GakumonError `service-unknown` when no metadata in force speaks of it */
export async function requireServiceProvider(
  serviceProviders: Pick<ServiceProviders, 'find'>,
  entityId: string,
): Promise<ServiceProvider> {
  const found = await serviceProviders.find(entityId);
  if (found === undefined) throw new GakumonError('service-unknown', { detail: quoteUntrusted(entityId, 500) });
  return found;
}
