import type { Clock } from '@gakumon/terms';
import { openMemoryLasting, openMemoryTransient } from './memory/openMemory.ts';
import { openSqlLasting, openSqlTransient } from './sql/openSql.ts';
import { openSqliteRecords } from './sql/records.ts';
import { sweepRecords } from './sql/sweep.ts';
import type { Stores } from './stores.ts';

export type OpenStoresOptions = {
  /** `memory`, or the path of a SQLite file, which is made when there is none. */
  readonly records: string;
  /** Where what lives for minutes or hours is kept. */
  readonly sessions: 'records' | 'memory';
  readonly clock: Clock;
  /** How many cases the ring holds; 10,000 when not given. */
  readonly caseCapacity?: number;
  /** How long one step may wait for another process's lock, milliseconds; 2,000 when not given. */
  readonly patienceMs?: number;
};

const defaultCaseCapacity = 10_000;

/**
 * Opens every port over the engines that the configuration names.
 * @throws GakumonError `store-unavailable` when a file cannot be opened, read or written; `records-newer` when it was written by a later schema
 */
export async function openStores(options: OpenStoresOptions): Promise<Stores> {
  const caseCapacity = options.caseCapacity ?? defaultCaseCapacity;
  if (options.records === 'memory') return openInMemory(options.clock, caseCapacity);
  const records = await openSqliteRecords(options.records, options.patienceMs);
  const memory = options.sessions === 'memory' ? openMemoryTransient(options.clock) : undefined;
  return {
    ...(memory ?? openSqlTransient(records, options.clock)),
    ...openSqlLasting(records, caseCapacity),
    sweep: async (now) => (memory?.sweep(now) ?? 0) + (await sweepRecords(records, now, caseCapacity)),
    check: () => records.check(),
    close: () => records.close(),
  };
}

function openInMemory(clock: Clock, caseCapacity: number): Stores {
  const memory = openMemoryTransient(clock);
  return {
    ...memory,
    ...openMemoryLasting(caseCapacity),
    sweep: async (now) => memory.sweep(now),
    check: async () => {},
    close: async () => {},
  };
}
