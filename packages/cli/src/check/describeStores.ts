import type { Config, HostConfig, RecordsConfig, SessionsConfig } from '@gakumon/config';
import { isLoopbackHost } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/** Where the records are, in words for the operator. */
export function describeRecords(records: RecordsConfig): string {
  if (records.kind === 'memory') return 'in the memory of one process';
  if (records.kind === 'sqlite') return records.file;
  return `PostgreSQL at ${listHosts(records.hosts)}, database ${records.database}`;
}

/** Where the sessions are, when they are not in the records. */
export function describeSessions(sessions: Exclude<SessionsConfig, { kind: 'records' }>): string {
  if (sessions.kind === 'memory') return 'in the memory of one process';
  const { servers } = sessions;
  if (servers.shape === 'single') return `Redis at ${listHosts([servers])}, database ${servers.database}`;
  if (servers.shape === 'cluster') return `Redis Cluster at ${listHosts(servers.nodes)}`;
  return `Redis, the master "${servers.name}" of the Sentinels at ${listHosts(servers.sentinels)}`;
}

const listHosts = (hosts: readonly HostConfig[]): string =>
  hosts.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)).join(', ');

/** What is doubtful about the stores by their configuration alone. */
export function doubtStores({ records, sessions }: Config['stores']): readonly Finding[] {
  return [
    ...(records.kind === 'memory' ? [inMemory('records', 'var/gakumon.db, or postgres://…')] : []),
    ...(sessions.kind === 'memory' ? [inMemory('sessions', 'records, or rediss://…')] : []),
    ...doubtEncryption(sessions),
  ];
}

function inMemory(key: 'records' | 'sessions', better: string): Finding {
  return {
    level: 'warn',
    about: 'store',
    message: `${key}: a restart loses what is in memory, and no other process sees it; that is for tests`,
    hint: `stores.${key}: ${better}`,
  };
}

function doubtEncryption(sessions: SessionsConfig): readonly Finding[] {
  if (sessions.kind !== 'redis' || sessions.tls !== undefined) return [];
  const far = hostsOf(sessions.servers).filter(({ host }) => !isLoopbackHost(host));
  if (far.length === 0) return [];
  const isSingle = sessions.servers.shape === 'single';
  return [
    {
      level: 'warn',
      about: 'store',
      message: `sessions: Redis at ${listHosts(far)} is asked without TLS: who logs in where can be read and changed on the way`,
      hint: isSingle ? 'write rediss:// for redis://' : 'say tls: true',
    },
  ];
}

function hostsOf(servers: Extract<SessionsConfig, { kind: 'redis' }>['servers']): readonly HostConfig[] {
  if (servers.shape === 'single') return [servers];
  return servers.shape === 'cluster' ? servers.nodes : servers.sentinels;
}
