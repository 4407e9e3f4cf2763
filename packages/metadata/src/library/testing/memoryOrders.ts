import type { MetadataOrder, MetadataOrders } from '../../ports.ts';

/** Orders in this process. */
export function memoryOrders(): MetadataOrders {
  const given: MetadataOrder[] = [];
  return {
    give: async (order) => void given.push(order),
    list: async () => given,
    generation: async () => `${given.length}`,
  };
}
