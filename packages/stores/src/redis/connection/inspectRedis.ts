import type { RedisConnection, RedisMaster } from '../redisConnection.ts';

/** What there is to know about the servers before trouble comes of it. */
export type RedisFindings = { readonly masters: readonly RedisServerFindings[] };

/** A field is undefined where the account may not ask for it. */
export type RedisMasterFindings = {
  readonly address: string;
  readonly version: string | undefined;
  readonly role: string | undefined;
  /** Connected ones. */
  readonly replicas: number | undefined;
  /** Bytes; 0: no limit. */
  readonly maxMemory: number | undefined;
  /** `noeviction`, or how sessions would vanish without a word when memory is short. */
  readonly evictionPolicy: string | undefined;
  /** Whether anything is left after a restart: an append-only file, or snapshots. */
  readonly keepsOnDisk: boolean | undefined;
  /** Its clock minus ours, milliseconds; uncertain by half the time of the answer. */
  readonly clockDifferenceMs: number | undefined;
};

/** What a look from outside finds too. */
export type RedisServerFindings = RedisMasterFindings & {
  /** Whether somebody who names neither a user nor a password is answered. */
  readonly isOpen: boolean;
};

/**
 * Asks each master about itself, for `gakumon check`.
 * @throws GakumonError `store-unavailable` when one of them takes no writes
 */
export async function inspectRedis(
  connection: RedisConnection,
): Promise<{ readonly masters: readonly RedisMasterFindings[] }> {
  await connection.check();
  return { masters: await Promise.all(connection.masters().map(inspectMaster)) };
}

async function inspectMaster(master: RedisMaster): Promise<RedisMasterFindings> {
  const [hello, info, save, clockDifferenceMs] = await Promise.all([
    askFor(master, 'HELLO').then(pairsOf),
    askFor(master, 'INFO').then(readInfo),
    askFor(master, 'CONFIG', 'GET', 'save').then(pairsOf),
    compareClocks(master),
  ]);
  const number = (name: string): number | undefined => (info.has(name) ? Number(info.get(name)) : undefined);
  const appends = info.get('aof_enabled') === '1';
  const saves = save.get('save');
  return {
    address: master.address ?? '',
    version: hello.get('version') ?? info.get('redis_version'),
    role: hello.get('role') ?? info.get('role'),
    replicas: number('connected_slaves'),
    maxMemory: number('maxmemory'),
    evictionPolicy: info.get('maxmemory_policy'),
    keepsOnDisk: appends || (saves === undefined ? undefined : saves !== ''),
    clockDifferenceMs,
  };
}

/** @returns undefined when the account may not ask, or when what speaks for Redis does not know the command */
async function askFor(master: RedisMaster, name: string, ...args: readonly string[]): Promise<unknown> {
  return master.command(name, ...args).catch(() => undefined);
}

async function compareClocks(master: RedisMaster): Promise<number | undefined> {
  const before = Date.now();
  const answer = await askFor(master, 'TIME');
  const middle = (before + Date.now()) / 2;
  if (!Array.isArray(answer)) return undefined;
  return Math.round(Number(answer[0]) * 1000 + Number(answer[1]) / 1000 - middle);
}

/** `name value name value …` */
function pairsOf(answer: unknown): ReadonlyMap<string, string> {
  const list = Array.isArray(answer) ? answer.map(String) : [];
  return new Map(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? ''] as const] : [])));
}

/** `name:value` lines. */
function readInfo(answer: unknown): ReadonlyMap<string, string> {
  const lines = typeof answer === 'string' ? answer.split('\r\n') : [];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
