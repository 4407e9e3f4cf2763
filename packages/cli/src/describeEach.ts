import { describeServiceProvider, type ServiceProviderSummary, type ServiceProviders } from '@gakumon/metadata';

/** The contract's description of each, read one by one: a federation's would not fit into memory together. */
export async function describeEach(serviceProviders: ServiceProviders, listed: readonly ServiceProviderSummary[]) {
  const told: ReturnType<typeof describeServiceProvider>[] = [];
  for (const { entityId } of listed) {
    const serviceProvider = await serviceProviders.find(entityId);
    if (serviceProvider !== undefined) told.push(describeServiceProvider(serviceProvider));
  }
  return told;
}
