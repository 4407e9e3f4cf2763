import type { ServiceProvider, ServiceProviders } from '@gakumon/metadata';
import { GakumonError, quoteUntrusted } from '@gakumon/terms';

/** Who answers for service providers. */
export type KnownServiceProviders = {
  readonly serviceProviders: Pick<ServiceProviders, 'ask'>;
  /** Why nobody can be found under an entityID, for the operator: metadata that expired, is damaged, or never came. */
  readonly whyUnknown?: ((entityId: string) => string | undefined) | undefined;
};

/**
 * @throws GakumonError `service-unknown` when no metadata in force speaks of it; the detail says why that is, where known;
 * `service-undecided` when that can't be told now
 */
export async function requireServiceProvider(
  { serviceProviders, whyUnknown }: KnownServiceProviders,
  entityId: string,
): Promise<ServiceProvider> {
  const told = await serviceProviders.ask(entityId);
  if (told.kind === 'found') return told.serviceProvider;
  const who = quoteUntrusted(entityId, 500);
  if (told.kind === 'undecided') throw new GakumonError('service-undecided', { detail: `${who}: ${told.why}` });
  const whys = [told.why, whyUnknown?.(entityId)].filter((why) => why !== undefined);
  throw new GakumonError('service-unknown', { detail: whys.length === 0 ? who : `${who}: ${whys.join('; ')}` });
}
