import { setTimeout as pause } from 'node:timers/promises';
import { quoteUntrusted } from '@gakumon/terms';
import type { RedisHost, RedisLocation } from '../../locations.ts';
import { type Line, openLine, startLine, type Timing } from './line.ts';
import { requireMaster, routeToMaster } from './master.ts';
import { addressOf, dialRedis, type RedisClient } from './redisClient.ts';
import type { Route } from './route.ts';
import { describeError, joinTroubles, unavailable } from './troubles.ts';

export type SentinelServers = Extract<RedisLocation['servers'], { shape: 'sentinel' }>;

/** How often the Sentinels are asked whether the master is still the master, milliseconds. */
const askAgainMs = 1000;

/**
 * The master that most of the Sentinels name, wherever it goes. They are asked again every second: a master that was
 * cut off from them but not from us would otherwise go on taking writes that are lost when it returns.
 * @throws GakumonError `store-unavailable`
 */
export async function openSentinels(servers: SentinelServers, location: RedisLocation, timing: Timing): Promise<Route> {
  const sentinels = servers.sentinels.map((host) =>
    startLine({ dial: dialSentinel(host, servers, location, timing), timing }),
  );
  const closing = new AbortController();
  const close = (): void => {
    closing.abort();
    for (const sentinel of sentinels) sentinel.close();
  };
  try {
    const line = await openLine({
      dial: async (signal) => {
        const { master } = await electMaster(sentinels, servers.name);
        return dialMaster(master, location, timing, signal);
      },
      timing,
    });
    void followMaster(line, sentinels, servers.name, closing.signal);
    return routeToMaster(line, () => {
      close();
      line.close();
    });
  } catch (error) {
    close();
    throw error;
  }
}

function dialSentinel(host: RedisHost, servers: SentinelServers, location: RedisLocation, { patienceMs }: Timing) {
  const { sentinelUsername: username, sentinelPassword: password } = servers;
  const endpoint = { ...host, database: 0, username, password, tls: location.tls };
  return async (signal: AbortSignal): Promise<RedisClient> => {
    const client = await dialRedis(endpoint, patienceMs, signal);
    if (client.greeting.mode === 'sentinel' || client.greeting.mode === '') return client;
    client.drop();
    throw unavailable(`Redis ${client.address} is not a Sentinel`, 'the port of a Sentinel is usually 26379');
  };
}

async function dialMaster(
  master: RedisHost,
  { username, password, tls }: RedisLocation,
  { patienceMs }: Timing,
  signal: AbortSignal,
): Promise<RedisClient> {
  return requireMaster(await dialRedis({ ...master, database: 0, username, password, tls }, patienceMs, signal));
}

type Election = {
  readonly master: RedisHost /** Whether more than half of all Sentinels say so. */;
  readonly sure: boolean;
};

/**
 * What more than half of the Sentinels say, as soon as they have said it; otherwise, when all have answered or failed,
 * what most of those say that answered.
 * @throws GakumonError `store-unavailable` when none of them names a master
 */
function electMaster(sentinels: readonly Line[], name: string): Promise<Election> {
  return new Promise((resolve, reject) => {
    const votes = new Map<string, { readonly master: RedisHost; count: number }>();
    const troubles: unknown[] = [];
    let asked = sentinels.length;
    const count = (master: RedisHost): void => {
      const vote = votes.get(addressOf(master)) ?? { master, count: 0 };
      votes.set(addressOf(master), vote);
      vote.count += 1;
      if (vote.count > sentinels.length / 2) resolve({ master, sure: true });
    };
    const finish = (): void => {
      asked -= 1;
      if (asked > 0) return;
      const [winner] = [...votes.values()].sort((a, b) => b.count - a.count);
      if (winner === undefined) reject(joinTroubles(troubles));
      else resolve({ master: winner.master, sure: false });
    };
    for (const sentinel of sentinels) {
      askSentinel(sentinel, name)
        .then(count, (error) => troubles.push(describeError(error)))
        .finally(finish);
    }
  });
}

async function askSentinel(sentinel: Line, name: string): Promise<RedisHost> {
  await sentinel.settled();
  const answer = await sentinel.call('SENTINEL', ['GET-MASTER-ADDR-BY-NAME', name]);
  if (Array.isArray(answer)) return { host: String(answer[0]), port: Number(answer[1]) };
  throw unavailable(
    `the Sentinel ${sentinel.address()} knows no master named ${quoteUntrusted(name)}`,
    'compare the name with the answer to SENTINEL MASTERS',
  );
}

async function followMaster(line: Line, sentinels: readonly Line[], name: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(askAgainMs, undefined, { signal }).catch(() => {});
    const known = line.address();
    if (known === undefined || signal.aborted) continue;
    const now = await electMaster(sentinels, name).then(
      ({ master, sure }) => (sure ? addressOf(master) : known),
      () => known,
    );
    if (now !== known && line.address() === known) {
      line.suspect(unavailable(`Redis ${known} is not the master any more: the Sentinels name ${now}`));
    }
  }
}
