import { setTimeout as pause } from 'node:timers/promises';
import type { RedisHost, RedisLocation } from '../../locations.ts';
import { type ClusterNode, type ClusterNodes, keepClusterNodes } from './clusterNodes.ts';
import type { Timing } from './line.ts';
import { dialRedis, type RedisClient, slotOf } from './redisClient.ts';
import type { Master, Route } from './route.ts';
import { readRedirection } from './slotMap.ts';
import { RedisRefusal, unavailable } from './troubles.ts';
import { within } from './within.ts';

export type ClusterServers = Extract<RedisLocation['servers'], { shape: 'cluster' }>;

/** A key on its way from one node to another makes two; a fail-over in between two more. */
const mostRedirections = 5;
/** While the keys of one command are on their way, some here and some there, milliseconds. */
const tryAgainMs = 50;
const mostTags = 2000;

/**
 * Every command to the master that keeps its key, wherever that goes; replicas are never read from.
 *
 * Not ioredis' own Cluster: it keeps commands in line for a node that is away, sends them again after a lost
 * connection, and refuses all the others meanwhile.
 * @throws GakumonError `store-unavailable`
 */
export async function openCluster(servers: ClusterServers, location: RedisLocation, timing: Timing): Promise<Route> {
  const nodes = keepClusterNodes(servers.nodes, (host, signal) => dialNode(host, location, timing, signal), timing);
  try {
    await nodes.learn();
    await Promise.all(nodes.masters().map(({ line }) => line.settled()));
  } catch (error) {
    nodes.close();
    throw error;
  }
  return {
    call: (name, args) => callKeeper(nodes, timing.patienceMs, name, args),
    masters: () => nodes.masters().map((node) => describeMaster(nodes, node)),
    close: nodes.close,
  };
}

async function dialNode(
  host: RedisHost,
  { username, password, tls }: RedisLocation,
  { patienceMs }: Timing,
  signal: AbortSignal,
): Promise<RedisClient> {
  const client = await dialRedis({ ...host, database: 0, username, password, tls }, patienceMs, signal);
  if (client.greeting.mode === 'cluster' || client.greeting.mode === '') return client;
  client.drop();
  throw unavailable(`Redis ${client.address} is not a node of a Cluster`, 'name a single server as redis://…');
}

async function callKeeper(
  nodes: ClusterNodes,
  patienceMs: number,
  name: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  const slot = slotOf(name, args);
  const node = slot === undefined ? nodes.masters()[0] : nodes.keeperOf(slot);
  if (node === undefined) {
    nodes.tend();
    throw unavailable(`no server of the Redis Cluster keeps slot ${slot} now`, 'redis-cli --cluster check');
  }
  const deadline = performance.now() + patienceMs;
  try {
    return await node.line.call(name, args);
  } catch (error) {
    if (!(error instanceof RedisRefusal) || !/^(MOVED|ASK|TRYAGAIN)$/.test(error.code)) throw error;
    return within(deadline, redirect(nodes, node, error, deadline, name, args));
  }
}

/** Follows a command to where its key has gone. */
async function redirect(
  nodes: ClusterNodes,
  first: ClusterNode,
  refused: RedisRefusal,
  deadline: number,
  name: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  let [node, refusal, asking] = [first, refused, false];
  for (let count = 0; count < mostRedirections && performance.now() < deadline; count += 1) {
    const redirection = readRedirection(refusal.message, node.host);
    if (redirection === undefined) {
      await pause(tryAgainMs);
    } else {
      node = nodes.named(redirection.host);
      asking = redirection.once;
      if (!asking) nodes.tend();
      await node.line.settled();
    }
    try {
      if (asking) node.line.call('ASKING', []).catch(() => {});
      return await node.line.call(name, args);
    } catch (error) {
      if (!(error instanceof RedisRefusal) || !/^(MOVED|ASK|TRYAGAIN)$/.test(error.code)) throw error;
      refusal = error;
    }
  }
  throw unavailable(`the Redis Cluster sends a command from node to node without end: ${refusal.message}`);
}

function describeMaster(nodes: ClusterNodes, { line }: ClusterNode): Master {
  return {
    address: line.address,
    call: line.call,
    keyOf(stem) {
      let key = stem;
      // Some number does it soon, unless the prefix has a hash tag: then one master keeps everything
      for (let number = 0; number < mostTags && nodes.keeperOf(slotOf('GET', [key]) ?? 0)?.line !== line; number += 1) {
        key = `${stem}{${number}}`;
      }
      return key;
    },
  };
}
