import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { PostgresLocation } from '../../locations.ts';
import { type Database, prepareQuery } from '../database.ts';
import { migrate, planMigration, postgresColumns, refuseNewer } from '../migrations.ts';
import { createPatience } from '../patience.ts';
import { probe, type Records } from '../records.ts';
import { ConnectionLost } from './connectionLost.ts';
import { createPostgresDatabase } from './driver.ts';
import { createPostgresHosts, HostsUnavailable, type PostgresHosts } from './hosts.ts';
import { createPostgresPool } from './pool.ts';
import type { PostgresLimits } from './postgresConnection.ts';
import { explain, isBusy } from './trouble.ts';

/** A person waits: half a second is what a server gets to say anything at all. */
const defaultPatienceMs = 500;

const limitsOf = (patienceMs: number): PostgresLimits => ({
  // Nobody waits so long for one connection, but those who come later may have it
  connect: Math.max(2_000, patienceMs),
  silence: patienceMs,
  lock: Math.ceil(patienceMs * 0.8),
  // A node that stands still inside a transaction must not hold the others up
  idleInTransaction: 1_000,
  // The last resort, behind whoever no longer listens
  statement: 60_000,
});
/** The operator waits: when the program starts, and for reading or changing all of it. */
const startLimits = limitsOf(2_000);
const patientLimits = { ...startLimits, silence: 600_000 };
const unlimited = [
  'set local statement_timeout = 0',
  'set local lock_timeout = 60000',
  'set local idle_in_transaction_session_timeout = 0',
];
/** Any number that nobody else uses: of nodes that start at once, one changes the schema. */
const migrationLock = 0x67616b75;
const beginMigration = [
  'begin isolation level read committed',
  ...unlimited,
  `select pg_advisory_xact_lock(${migrationLock})`,
];
const beginSnapshot = ['begin isolation level repeatable read read only', ...unlimited];

/** Calls that wait for a connection at once. */
const mostWaiting = 256;

/**
 * Opens a database of PostgreSQL and brings its schema up to date. Writes go in parallel. What `write` and
 * `writeDurably` have written is as safe as the server's `synchronous_commit` makes it; no session here lowers it.
 * @param patienceMs how long a call may wait for a connection, for the answer to one statement, and for another
 *   transaction that is in its way
 * @throws GakumonError `store-unavailable` (with the reason of each host), `records-newer`
 */
export async function openPostgresRecords(
  location: PostgresLocation,
  patienceMs: number = defaultPatienceMs,
): Promise<Records> {
  const hosts = createPostgresHosts(location);
  const guard = <T>(step: () => Promise<T>): Promise<T> => guarded(location, step);
  await guard(() => bringUpToDate(hosts));
  const bounds = { size: location.pool, waiting: mostWaiting, waitMs: patienceMs };
  const pool = createPostgresPool(hosts, limitsOf(patienceMs), bounds);
  const db = createPostgresDatabase(pool);
  const reads = createPatience((error) => isBusy(error) || isLost(error, ['always', 'reads']), patienceMs);
  const writes = createPatience((error) => isBusy(error) || isLost(error, ['always']), patienceMs);
  const write: Records['write'] = (step) => guard(() => writes.retry(() => step(db)));
  const records = {
    read: (step) => guard(() => reads.retry(() => step(db))),
    write,
    writeDurably: write,
    prepare: (build) => prepareQuery(db, build),
    snapshot: (step) => guard(() => readSnapshot(hosts, step)),
    close: () => db.destroy(),
  } satisfies Omit<Records, 'check'>;
  return { ...records, check: () => probe(records) };
}

/**
 * Reads a database as it is, whatever its schema.
 * @throws GakumonError `store-unavailable`
 */
export function readPostgres<T>(location: PostgresLocation, step: (db: Database) => Promise<T>): Promise<T> {
  return guarded(location, () => readSnapshot(createPostgresHosts(location), step));
}

/**
 * Runs one transaction that may take long, and during which nobody else changes the schema.
 * @throws GakumonError `store-unavailable`
 */
export function writePostgres<T>(location: PostgresLocation, step: (db: Database) => Promise<T>): Promise<T> {
  return guarded(location, () =>
    onConnection(createPostgresHosts(location), patientLimits, beginMigration, (db) => db.transaction().execute(step)),
  );
}

/** Looks first: a user without the right to make tables may run what another one has migrated. */
async function bringUpToDate(hosts: PostgresHosts): Promise<void> {
  const { found, target } = await onConnection(hosts, startLimits, beginSnapshot, (db) =>
    planMigration(db, postgresColumns),
  );
  refuseNewer(found);
  if (found === target) return;
  await onConnection(hosts, patientLimits, beginMigration, (db) => migrate(db, postgresColumns));
}

const readSnapshot = <T>(hosts: PostgresHosts, step: (db: Database) => Promise<T>): Promise<T> =>
  onConnection(hosts, patientLimits, beginSnapshot, (db) => db.transaction().execute(step));

/** A connection of its own: whoever waits for one of the pool's does not wait for this. */
async function onConnection<T>(
  hosts: PostgresHosts,
  bounds: PostgresLimits,
  begin: readonly string[],
  step: (db: Database) => Promise<T>,
): Promise<T> {
  const connection = await hosts.connect(bounds);
  const db = createPostgresDatabase(
    { acquire: async () => connection, release: () => {}, close: () => connection.close() },
    begin,
  );
  try {
    return await step(db);
  } finally {
    await db.destroy();
  }
}

const isLost = (error: unknown, repeatable: readonly ConnectionLost['repeatable'][]): boolean =>
  error instanceof ConnectionLost && repeatable.includes(error.repeatable);

/** Runs a step; whatever goes wrong becomes `store-unavailable`, told for the operator. */
async function guarded<T>(location: PostgresLocation, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isGakumonError(error)) throw error;
    const isTold = error instanceof HostsUnavailable;
    const { reason, hint } = isTold ? { reason: error.message, hint: error.hint } : explain(error);
    const where = isTold ? '' : ` on ${location.hosts.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
    const detail = `PostgreSQL database ${location.database}${where}, as ${location.user}: ${reason}`;
    throw new GakumonError('store-unavailable', { detail, hint, cause: error });
  }
}
