import type { ServiceProvider } from '@gakumon/metadata';
import type { Idp } from './idp.ts';

/**
 * Where a service starts a login of its own: the request initiator of its metadata, which then asks for this IdP, else
 * the front of the site that receives its answers. Both come out of verified metadata.
 */
export function continueAddress(idp: Pick<Idp, 'entityId'>, serviceProvider: ServiceProvider): string {
  const { requestInitiator, assertionConsumerServices } = serviceProvider;
  if (requestInitiator !== undefined) {
    const address = new URL(requestInitiator);
    address.searchParams.set('entityID', idp.entityId);
    return address.href;
  }
  return new URL('/', assertionConsumerServices[0]?.location).href;
}
