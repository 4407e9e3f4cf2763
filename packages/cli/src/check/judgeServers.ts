import type { inspectSessions, RecordsFindings } from '@gakumon/assembly';
import type { RecordsConfig, SessionsConfig } from '@gakumon/config';
import { seconds } from '@gakumon/terms';
import type { Finding } from './finding.ts';

type ServerOfRecords = NonNullable<RecordsFindings['server']>;
type ServerOfSessions = NonNullable<Awaited<ReturnType<typeof inspectSessions>>>['masters'][number];

/** Sessions and codes end by the clocks of the nodes; so far off, they differ visibly. */
const mostClockDifference = seconds(5);
const oldestPostgres = 13;
const oldestRedis = [6, 2] as const;

/** What is doubtful about a PostgreSQL, for a configuration that asks for so many connections. */
export function judgePostgres(
  server: ServerOfRecords,
  { pool }: Extract<RecordsConfig, { kind: 'postgres' }>,
): Finding[] {
  const { version, majorVersion, isDurable, clockDifferenceMs } = server;
  const findings: Finding[] = [];
  if (majorVersion < oldestPostgres) {
    findings.push(doubt('fail', `records: PostgreSQL ${version} is too old`, `${oldestPostgres} or newer is needed`));
  }
  const room = Math.min(server.connections, server.ownConnections ?? Number.POSITIVE_INFINITY);
  if (pool > room) {
    const message = `records: one node may open ${pool} connections, and the server lets this user have ${room}`;
    findings.push(doubt('fail', message, "lower the pool, or raise the server's max_connections (all nodes together)"));
  } else if (pool * 2 > room) {
    const message = `records: the server lets this user have ${room} connections, which is enough for one node of ${pool}`;
    findings.push(
      doubt('warn', message, "before a second node: raise the server's max_connections, or lower the pool"),
    );
  }
  if (!isDurable) {
    const message = 'records: a loss of power may undo what the server said it had written (fsync, synchronous_commit)';
    findings.push(
      doubt('warn', message, 'what was revoked would come back; say fsync = on and synchronous_commit = on'),
    );
  }
  return [...findings, ...judgeClock('records', clockDifferenceMs)];
}

/** What is doubtful about one Redis server that takes writes. */
export function judgeRedis(master: ServerOfSessions, servers: SessionsServers): Finding[] {
  const where = `sessions: Redis ${master.address}`;
  return [
    ...judgeVersion(where, master.version),
    ...judgeAdmission(where, master),
    ...judgeMemory(where, master),
    ...judgeSurvival(where, master, servers.shape),
    ...judgeClock(where, master.clockDifferenceMs),
  ];
}

type SessionsServers = Extract<SessionsConfig, { kind: 'redis' }>['servers'];

function judgeVersion(where: string, version: string | undefined): Finding[] {
  if (version === undefined) return [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest, oldestMinor] = oldestRedis;
  const isOld = major < oldest || (major === oldest && minor < oldestMinor);
  return isOld ? [doubt('fail', `${where} ${version} is too old`, `${oldest}.${oldestMinor} or newer is needed`)] : [];
}

function judgeAdmission(where: string, { isOpen }: ServerOfSessions): Finding[] {
  if (!isOpen) return [];
  const message = `${where} asks nobody for a password (its user default): whoever reaches it can be anybody`;
  return [
    doubt('warn', message, 'close it: user default off, and a user of its own for Gakumon, as in deploy/redis.acl'),
  ];
}

function judgeMemory(where: string, { evictionPolicy, maxMemory }: ServerOfSessions): Finding[] {
  if (evictionPolicy === undefined || evictionPolicy === 'noeviction') return [];
  const message = `${where} throws away what it was given when its memory is full (maxmemory-policy ${evictionPolicy}): people must log in again, and what was used once can be used again`;
  return [doubt(maxMemory === 0 ? 'warn' : 'fail', message, 'maxmemory-policy noeviction')];
}

function judgeSurvival(where: string, master: ServerOfSessions, shape: SessionsServers['shape']): Finding[] {
  const { keepsOnDisk, replicas } = master;
  if (replicas !== 0) return [];
  const findings: Finding[] = [];
  if (shape !== 'single') findings.push(doubt('warn', `${where} has no replica that could take its place`));
  if (keepsOnDisk === false) {
    const message = `${where} keeps nothing on its disk: when it restarts, everybody must log in again`;
    findings.push(doubt('warn', message, 'appendonly yes'));
  }
  return findings;
}

function judgeClock(where: string, difference: number | undefined): Finding[] {
  if (difference === undefined || Math.abs(difference) <= mostClockDifference) return [];
  const amount = `${Math.round(Math.abs(difference) / 1000)} s ${difference > 0 ? 'ahead of' : 'behind'}`;
  const hint = 'let all machines take their time from the same source (chrony, systemd-timesyncd)';
  return [{ level: 'warn', about: 'clock', message: `${where}: its clock is ${amount} this one`, hint }];
}

const doubt = (level: Finding['level'], message: string, hint?: string): Finding => ({
  level,
  about: 'store',
  message,
  hint,
});
