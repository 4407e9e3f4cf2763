import { setTimeout as pause } from 'node:timers/promises';
import type { RedisHost } from '../../locations.ts';
import { type Line, startLine, type Timing } from './line.ts';
import { addressOf, type RedisClient } from './redisClient.ts';
import { emptySlotMap, readSlotMap, type SlotMap } from './slotMap.ts';
import { describeError, joinTroubles, unavailable } from './troubles.ts';

export type ClusterNode = { readonly host: RedisHost; readonly line: Line };

/** The masters of a Cluster as far as they are known, each with a line of its own: one that is away harms no other. */
export type ClusterNodes = {
  /** The master that keeps a slot; undefined where none is known. */
  keeperOf(slot: number): ClusterNode | undefined;
  /** @throws GakumonError `store-unavailable` when some slots have none */
  masters(): readonly ClusterNode[];
  /** A node that another one named. */
  named(host: RedisHost): ClusterNode;
  /** Has the map of the slots brought up to date; repeated until every slot has a master that is well. */
  tend(): void;
  /** Asks for the map of the slots. @throws GakumonError `store-unavailable` when no node tells it */
  learn(): Promise<void>;
  close(): void;
};

/**
 * @param seeds nodes to ask first, and whenever none of the masters answers
 * @param dial opens a connection to a node
 */
export function keepClusterNodes(
  seeds: readonly RedisHost[],
  dial: (host: RedisHost, signal: AbortSignal) => Promise<RedisClient>,
  timing: Timing,
): ClusterNodes {
  const nodes = new Map<string, ClusterNode>();
  const retired = new Set<Line>();
  const closing = new AbortController();
  let slots: SlotMap = emptySlotMap;
  let learning: Promise<void> | undefined;
  let tending = false;

  const named = (host: RedisHost): ClusterNode => {
    const known = nodes.get(addressOf(host));
    if (known !== undefined) return known;
    const line = startLine({ dial: (signal) => dial(host, signal), onLost: tend, timing });
    const node = { host, line };
    nodes.set(addressOf(host), node);
    // Somebody may still be on the way from node to node
    if (closing.signal.aborted) line.close();
    return node;
  };

  const keeperOf = (slot: number): ClusterNode | undefined => nodes.get(slots.ownerOf(slot) ?? '');
  const masters = (): readonly ClusterNode[] => [...slots.masters.values()].map(named);
  const isWell = (): boolean => slots.isComplete && masters().every(({ line }) => line.address() !== undefined);

  /** One after another in any order, since one of them may live in the past. */
  const askForSlots = async (): Promise<SlotMap> => {
    const troubles: unknown[] = [];
    const up = masters().filter(({ line }) => line.address() !== undefined);
    for (const { host, line } of shuffle(up)) {
      try {
        return readSlotMap(await line.call('CLUSTER', ['SLOTS']), host);
      } catch (error) {
        troubles.push(describeError(error));
      }
    }
    const asked = seeds.map(async (seed) => {
      const { line } = named(seed);
      await line.settled();
      return readSlotMap(await line.call('CLUSTER', ['SLOTS']), seed);
    });
    return Promise.any(asked).catch(({ errors }: AggregateError) => {
      throw joinTroubles([...troubles, ...errors.map(describeError)]);
    });
  };

  const adopt = (map: SlotMap): void => {
    slots = map;
    for (const host of map.masters.values()) named(host);
    for (const [address, { line }] of nodes) {
      if (map.masters.has(address)) continue;
      nodes.delete(address);
      retired.add(line);
      void line.retire().then(() => retired.delete(line));
    }
  };

  const learn = (): Promise<void> => {
    learning ??= askForSlots()
      .then(adopt)
      .finally(() => {
        learning = undefined;
      });
    return learning;
  };

  function tend(): void {
    if (tending) return;
    tending = true;
    void tendUntilWell().finally(() => {
      tending = false;
    });
  }

  async function tendUntilWell(): Promise<void> {
    const { signal } = closing;
    while (!signal.aborted) {
      await learn().catch(() => {});
      if (isWell()) return;
      await pause(timing.probeMs, undefined, { signal }).catch(() => {});
    }
  }

  return {
    keeperOf,
    masters() {
      if (slots.isComplete) return masters();
      tend();
      throw unavailable('some slots of the Redis Cluster have no master', 'redis-cli --cluster check');
    },
    named,
    tend,
    learn,
    close() {
      closing.abort();
      for (const line of [...retired, ...[...nodes.values()].map((node) => node.line)]) line.close();
    },
  };
}

function shuffle<T>(list: readonly T[]): readonly T[] {
  return list
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
