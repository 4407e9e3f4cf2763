import type { Clock } from '@gakumon/terms';
import { minutes } from '@gakumon/terms';
import type { MetadataOrder, MetadataOrders } from '../ports.ts';

/** What operators told all nodes, as far as it is known here. */
export type FollowedOrders = {
  /** Looks for new ones: one query. Rejects when the records are away; what was known stays known. */
  refresh(): Promise<void>;
  isAccepted(source: string, sha256: string): boolean;
  /** When it was last ordered that a source be asked, milliseconds; never in the future of this node. */
  orderedAt(source: string): number | undefined;
};

/** What is older has no effect, milliseconds: 30 days. */
const longestEffect = 2_592_000_000;

export function followOrders(orders: MetadataOrders | undefined, clock: Clock): FollowedOrders {
  let known: readonly MetadataOrder[] = [];
  let seen = '';
  return {
    async refresh() {
      if (orders === undefined) return;
      // As with the records: after a fail-over another change may have the same generation.
      const look = `${await orders.generation()} ${Math.floor(clock() / minutes(1))}`;
      if (look === seen) return;
      known = await orders.list(clock() - longestEffect);
      seen = look;
    },
    isAccepted: (source, sha256) =>
      known.some((order) => order.kind === 'accept' && order.source === source && order.sha256 === sha256),
    orderedAt(source) {
      const now = clock();
      const times = known
        .filter((order) => order.kind === 'refresh' && order.source === source && order.at <= now)
        .map(({ at }) => at);
      return times.length === 0 ? undefined : Math.max(...times);
    },
  };
}
