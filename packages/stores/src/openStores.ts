import type { Clock } from '@gakumon/terms';
import type { RecordsLocation, SessionsLocation } from './locations.ts';
import { openMemoryLasting, openMemoryTransient } from './memory/openMemory.ts';
import { createMemoryPageStates } from './pageState/memoryPageStates.ts';
import type { PageStates } from './pageState/pageStates.ts';
import { openSqlLasting, openSqlTransient } from './sql/openSql.ts';
import { openSqliteRecords, type Records } from './sql/records.ts';
import { sweepRecords } from './sql/sweep.ts';
import type { LastingStores, Stores, TransientStores } from './stores.ts';
import type { TellUnreadable } from './unreadable.ts';

export type OpenStoresOptions = {
  readonly records: RecordsLocation;
  readonly sessions: SessionsLocation;
  readonly clock: Clock;
  /** How many cases the ring holds; 10,000 when not given. */
  readonly caseCapacity?: number;
  /** How long one step may wait for another's lock, milliseconds; 2,000 when not given. */
  readonly patienceMs?: number;
  /** Told of sessions and begun logins that could not be read, and were taken for none. */
  readonly tellUnreadable?: TellUnreadable;
};

const defaultCaseCapacity = 10_000;

/** What every engine is besides its ports. */
type Housekeeping = {
  sweep(now: number): Promise<number>;
  check(): Promise<void>;
  close(): Promise<void>;
};
type OpenRecords = {
  readonly lasting: LastingStores;
  readonly engine: Housekeeping;
  readonly transient: () => TransientStores;
};
type OpenSessions = {
  readonly transient: TransientStores;
  /** Undefined: this engine has no place for them. */
  readonly pageStates?: PageStates;
  readonly engine: Housekeeping | undefined;
};

/**
 * Opens every port over the engines that the configuration names.
 * @throws GakumonError `store-unavailable` when an engine can't be reached, read or written; `records-newer` when the records were written by a later schema
 */
export async function openStores(options: OpenStoresOptions): Promise<Stores> {
  const caseCapacity = options.caseCapacity ?? defaultCaseCapacity;
  const records = await openRecords(options, caseCapacity);
  try {
    const sessions = await openSessions(options, caseCapacity, records);
    return together(records, sessions, sessions.pageStates ?? createMemoryPageStates(options.clock));
  } catch (error) {
    await records.engine.close();
    throw error;
  }
}

function together({ lasting, engine }: OpenRecords, sessions: OpenSessions, pageStates: PageStates): Stores {
  const others = sessions.engine;
  return {
    ...sessions.transient,
    ...lasting,
    pageStates,
    sweep: async (now) => ((await others?.sweep(now)) ?? 0) + (await engine.sweep(now)),
    checkRecords: () => engine.check(),
    checkSessions: () => (others ?? engine).check(),
    close: async () => {
      await Promise.all([others?.close(), engine.close()]);
    },
  };
}

async function openRecords(options: OpenStoresOptions, caseCapacity: number): Promise<OpenRecords> {
  const { records: location, clock, patienceMs, tellUnreadable } = options;
  if (location.kind === 'memory') return openMemoryRecords(clock, caseCapacity);
  const records = await openSqlRecords(location, patienceMs);
  return {
    lasting: openSqlLasting(records),
    transient: () => openSqlTransient(records, clock, caseCapacity, tellUnreadable),
    engine: {
      sweep: (now) => sweepRecords(records, now, caseCapacity),
      check: () => records.check(),
      close: () => records.close(),
    },
  };
}

async function openSqlRecords(
  location: Exclude<RecordsLocation, { kind: 'memory' }>,
  patienceMs: number | undefined,
): Promise<Records> {
  if (location.kind === 'sqlite') return openSqliteRecords(location.file, patienceMs);
  // On first use: an embedded set-up never loads the client
  const { openPostgresRecords } = await import('./sql/postgres/openPostgresRecords.ts');
  return openPostgresRecords(location, patienceMs);
}

function openMemoryRecords(clock: Clock, caseCapacity: number): OpenRecords {
  const memory = openMemoryTransient(clock, caseCapacity);
  const lasting = openMemoryLasting();
  return {
    lasting,
    transient: () => memory,
    engine: {
      sweep: async (now) => memory.sweep(now) + lasting.sweep(now),
      check: async () => {},
      close: async () => {},
    },
  };
}

async function openSessions(
  { sessions, clock, tellUnreadable }: OpenStoresOptions,
  caseCapacity: number,
  records: OpenRecords,
): Promise<OpenSessions> {
  if (sessions.kind === 'records') return { transient: records.transient(), engine: undefined };
  if (sessions.kind === 'memory') {
    const memory = openMemoryTransient(clock, caseCapacity);
    const engine = { sweep: async (now: number) => memory.sweep(now), check: async () => {}, close: async () => {} };
    // Staff look cases up beside the running server
    return { transient: { ...memory, cases: records.transient().cases }, engine };
  }
  const { openRedisConnection } = await import('./redis/connection/openRedisConnection.ts');
  const { openRedisTransient } = await import('./redis/openRedisTransient.ts');
  const connection = await openRedisConnection(sessions);
  const { pageStates, ...transient } = openRedisTransient(connection, clock, caseCapacity, tellUnreadable);
  return {
    transient,
    pageStates,
    engine: { sweep: async () => 0, check: () => connection.check(), close: () => connection.close() },
  };
}
