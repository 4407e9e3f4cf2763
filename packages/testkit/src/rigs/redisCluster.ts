import { freePort } from '../temporary.ts';
import {
  prepareRedis,
  type RedisAccess,
  type RedisProcess,
  type RedisRigOptions,
  rigUser,
  startRedis,
  waitForRedis,
  writeRedisLines,
} from './redisServer.ts';
import { makeRedisCertificate } from './redisTls.ts';

export type ClusterOptions = RedisRigOptions & {
  /** Of each master; 0 when not given. */
  readonly replicas?: 0 | 1;
};

/** Three masters of the test file's own, each with a third of the slots. */
export type PrivateCluster = {
  /** The masters, then their replicas in the same order, as they were when they were started. */
  readonly nodes: readonly RedisProcess[];
  /** Where they are, as `openRedisConnection` wants it. */
  location(prefix: string, changes?: Partial<RedisAccess>): RedisClusterLocation;
  /** The master that keeps a key now, as `asked` knows it. @param asked the first node when not given */
  masterOf(key: string, asked?: RedisProcess): Promise<RedisProcess>;
};

export type RedisClusterLocation = RedisAccess & {
  readonly servers: {
    readonly shape: 'cluster';
    readonly nodes: readonly { readonly host: string; readonly port: number }[];
  };
};

const slots = 16_384;
const masterCount = 3;

/**
 * Starts a Redis Cluster on loopback whose nodes take one another for dead after a second. Make it once for a whole test
 * file (`beforeAll`), with 60 s of time.
 * @throws Error when it does not come about
 */
export async function privateCluster(options: ClusterOptions = {}): Promise<PrivateCluster> {
  const certificate = options.tls && (await makeRedisCertificate(options.tls === true ? {} : options.tls));
  const tls = certificate || undefined;
  const count = masterCount * (1 + (options.replicas ?? 0));
  const started = await Promise.all(Array.from({ length: count }, () => startNode(options, tls)));
  const nodes = started.map(({ node }) => node);
  await join(started);
  for (const [index, node] of nodes.entries()) {
    const master = index % masterCount;
    if (index < masterCount) await node.cli('CLUSTER', 'ADDSLOTSRANGE', firstSlot(master), firstSlot(master + 1) - 1);
    else await followMaster(node, nodes[master]);
  }
  await waitForRedis('the Cluster is well', async () => (await Promise.all(nodes.map(isWell))).every(Boolean));
  return describeCluster(nodes, tls && { ca: tls.ca });
}

type Started = { readonly node: RedisProcess; readonly busPort: number };

async function startNode(options: ClusterOptions, tls: Parameters<typeof startRedis>[0]['tls']): Promise<Started> {
  const busPort = await freePort();
  const lines = [
    ...writeRedisLines(options),
    'cluster-enabled yes',
    `cluster-port ${busPort}`,
    'cluster-node-timeout 1000',
    `masteruser ${rigUser.name}`,
    `masterauth ${rigUser.password}`,
    ...(tls === undefined ? [] : ['tls-cluster yes']),
  ];
  return { node: await startRedis({ mode: 'server', ...(await prepareRedis({})), tls, lines }), busPort };
}

const firstSlot = (master: number): number => Math.ceil((slots * master) / masterCount);

async function join(started: readonly Started[]): Promise<void> {
  const [first, ...others] = started;
  for (const { node, busPort } of others) await first?.node.cli('CLUSTER', 'MEET', '127.0.0.1', node.port, busPort);
  await waitForRedis('the nodes know one another', async () => {
    const known = await Promise.all(started.map(({ node }) => node.cli('CLUSTER', 'INFO')));
    return known.every((info) => info.includes(`cluster_known_nodes:${started.length}\r`));
  });
}

async function followMaster(node: RedisProcess, master: RedisProcess | undefined): Promise<void> {
  const id = await master?.cli('CLUSTER', 'MYID');
  await node.cli('CLUSTER', 'REPLICATE', id ?? '');
  await waitForRedis('the replica has joined', async () => (await node.cli('ROLE')).includes('\nconnected\n'));
}

const isWell = async (node: RedisProcess): Promise<boolean> =>
  (await node.cli('CLUSTER', 'INFO')).includes('cluster_state:ok');

function describeCluster(nodes: readonly RedisProcess[], tls: { readonly ca: string } | undefined): PrivateCluster {
  return {
    nodes,
    location: (prefix, changes = {}) => ({
      kind: 'redis',
      servers: { shape: 'cluster', nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })) },
      username: undefined,
      password: undefined,
      tls,
      prefix,
      ...changes,
    }),
    async masterOf(key, asked = nodes[0]) {
      const slot = Number(await asked?.cli('CLUSTER', 'KEYSLOT', key));
      const port = portOfSlot((await asked?.cli('CLUSTER', 'NODES')) ?? '', slot);
      const found = nodes.find((node) => node.port === port);
      if (found === undefined) throw new Error(`no master keeps slot ${slot}`);
      return found;
    },
  };
}

/** Reads CLUSTER NODES: `id host:port@bus,name flags master sent received epoch state range …`. */
function portOfSlot(text: string, slot: number): number | undefined {
  for (const line of text.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.split(' ');
    if (!flags.split(',').includes('master') || flags.includes('fail')) continue;
    for (const range of ranges.filter((part) => !part.startsWith('['))) {
      const [first = 0, last = first] = range.split('-').map(Number);
      if (first <= slot && slot <= last) return Number(/:(\d+)/.exec(address)?.[1]);
    }
  }
  return undefined;
}
