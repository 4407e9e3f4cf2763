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

export type SentinelsOptions = RedisRigOptions & {
  /** What clients must tell the Sentinels; none when not given. */
  readonly sentinelPassword?: string;
};

/** One master, one replica and three Sentinels of the test file's own. */
export type PrivateSentinels = {
  /** The master was the first when they were started. */
  readonly servers: readonly RedisProcess[];
  readonly sentinels: readonly RedisProcess[];
  /** Where they are, as `openRedisConnection` wants it. */
  location(prefix: string, changes?: Partial<RedisAccess>): RedisSentinelLocation;
  /** The server that all Sentinels that run name as the master; waits until they agree. */
  master(): Promise<RedisProcess>;
  /** Has the Sentinels change the master though it is well. @returns the new one */
  failover(): Promise<RedisProcess>;
  /** Waits until all Sentinels that run name another master. @returns the new one */
  waitForOther(than: RedisProcess): Promise<RedisProcess>;
};

export type RedisSentinelLocation = RedisAccess & {
  readonly servers: {
    readonly shape: 'sentinel';
    readonly name: string;
    readonly sentinels: readonly { readonly host: string; readonly port: number }[];
    readonly sentinelUsername: string | undefined;
    readonly sentinelPassword: string | undefined;
  };
};

const masterName = 'gakumon';

/**
 * Starts one master, one replica and three Sentinels on loopback, which take a master for dead after 300 ms. Make them
 * once for a whole test file (`beforeAll`), with 60 s of time.
 * @throws Error when they do not find one another
 */
export async function privateSentinels(options: SentinelsOptions = {}): Promise<PrivateSentinels> {
  const certificate = options.tls && (await makeRedisCertificate(options.tls === true ? {} : options.tls));
  const tls = certificate || undefined;
  const lines = [...writeRedisLines(options), `masteruser ${rigUser.name}`, `masterauth ${rigUser.password}`];
  const startServer = async (more: readonly string[]): Promise<RedisProcess> =>
    startRedis({ mode: 'server', ...(await prepareRedis({})), tls, lines: [...lines, ...more] });
  const master = await startServer([]);
  const replica = await startServer([`replicaof 127.0.0.1 ${master.port}`]);
  const watching = sentinelLines(master.port, options.sentinelPassword);
  const sentinels = await Promise.all(
    [1, 2, 3].map(async () => startRedis({ mode: 'sentinel', ...(await prepareRedis({})), tls, lines: watching })),
  );
  const pace = { 'INFO-PERIOD': 100, 'PING-PERIOD': 100, 'ASK-PERIOD': 100, 'PUBLISH-PERIOD': 100 };
  await Promise.all(sentinels.map((sentinel) => setPace(sentinel, pace)));
  await waitForRedis('the Sentinels know all', async () => (await Promise.all(sentinels.map(knowsAll))).every(Boolean));
  // Four periods after a replica became the master, those who have not heard why would make it a replica again
  await Promise.all(sentinels.map((sentinel) => setPace(sentinel, { 'PUBLISH-PERIOD': 1000 })));
  return describeSentinels([master, replica], sentinels, tls && { ca: tls.ca }, options.sentinelPassword);
}

const sentinelLines = (masterPort: number, password: string | undefined): readonly string[] => [
  ...(password === undefined ? [] : [`requirepass ${password}`, `sentinel sentinel-pass ${password}`]),
  `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} 2`,
  `sentinel down-after-milliseconds ${masterName} 300`,
  `sentinel failover-timeout ${masterName} 3000`,
  `sentinel auth-user ${masterName} ${rigUser.name}`,
  `sentinel auth-pass ${masterName} ${rigUser.password}`,
];

/** By default they look at the servers every ten seconds, and for one another every two. */
async function setPace(sentinel: RedisProcess, periods: Readonly<Record<string, number>>): Promise<void> {
  await sentinel.cli('SENTINEL', 'DEBUG', ...Object.entries(periods).flat());
}

async function knowsAll(sentinel: RedisProcess): Promise<boolean> {
  const known = await sentinel.cli('SENTINEL', 'MASTER', masterName);
  return /num-slaves\n1\n/.test(known) && /num-other-sentinels\n2\n/.test(known) && /flags\nmaster\n/.test(known);
}

function describeSentinels(
  servers: readonly RedisProcess[],
  sentinels: readonly RedisProcess[],
  tls: { readonly ca: string } | undefined,
  sentinelPassword: string | undefined,
): PrivateSentinels {
  const named = async (): Promise<RedisProcess | undefined> => {
    const ask = (sentinel: RedisProcess) =>
      sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName).catch(() => undefined);
    const ports = (await Promise.all(sentinels.map(ask))).flatMap((answer) => answer?.split('\n')[1] ?? []);
    const [port] = ports;
    return ports.every((other) => other === port) ? servers.find((server) => String(server.port) === port) : undefined;
  };
  const waitFor = async (what: string, isIt: (server: RedisProcess) => boolean): Promise<RedisProcess> => {
    let found: RedisProcess | undefined;
    await waitForRedis(what, async () => {
      found = await named();
      return found !== undefined && isIt(found) && (await found.cli('ROLE')).startsWith('master');
    });
    return found as RedisProcess;
  };
  const waitForOther = (than: RedisProcess) => waitFor('another master', (server) => server !== than);
  return {
    servers,
    sentinels,
    location: (prefix, changes = {}) => ({
      kind: 'redis',
      servers: {
        shape: 'sentinel',
        name: masterName,
        sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
        sentinelUsername: undefined,
        sentinelPassword,
      },
      username: undefined,
      password: undefined,
      tls,
      prefix,
      ...changes,
    }),
    master: () => waitFor('the Sentinels agree', () => true),
    waitForOther,
    async failover() {
      const old = await waitFor('the Sentinels agree', () => true);
      // Refused for a while after the last one, or while the replica has not joined yet
      await waitForRedis('a Sentinel begins', async () => {
        await sentinels[0]?.cli('SENTINEL', 'FAILOVER', masterName);
        return true;
      });
      return waitForOther(old);
    },
  };
}
