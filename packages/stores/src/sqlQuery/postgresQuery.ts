import type { SqlQuery } from '@gakumon/directory';
import { GakumonError } from '@gakumon/terms';
import type { PostgresLocation } from '../locations.ts';
import { startDeadline } from '../sql/postgres/deadline.ts';
import type { PostgresHosts } from '../sql/postgres/hosts.ts';
import { createPostgresPool } from '../sql/postgres/pool.ts';
import {
  openPostgresConnection,
  type PostgresConnection,
  type PostgresHost,
  type PostgresLimits,
  readAsTexts,
} from '../sql/postgres/postgresConnection.ts';
import { explain, refusesLimits, stateOf } from '../sql/postgres/trouble.ts';
import { discreetTrouble } from './discreetTrouble.ts';
import { oneStatement, requireFewRows } from './oneStatement.ts';

/** Calls that wait for a connection at once. */
const mostWaiting = 512;
/** Data exceptions, such as a key that is no number or no date: no row of theirs can have it. */
const isUnfitKey = (error: unknown): boolean => stateOf(error)?.startsWith('22') === true;

/**
 * Asks one server, in transactions that may only read; a server that follows another one will do. Connections stand from
 * the first question on.
 * @param timeout for a connection, milliseconds
 */
export function openPostgresQuery(location: PostgresLocation, host: PostgresHost, timeout: number): SqlQuery {
  const limits = limitsOf(timeout);
  const bounds = { size: location.pool, waiting: mostWaiting, waitMs: timeout };
  const pool = createPostgresPool(onlyHost(location, host), limits, bounds);

  async function ask(text: string, key: string, within: number): Promise<readonly Record<string, unknown>[]> {
    const connection = await pool.acquire();
    try {
      return await readOnly(connection, within, () => askOn(connection, text, key, within));
    } finally {
      pool.release(connection);
    }
  }

  return {
    async query(text, key, within) {
      try {
        return requireFewRows(await inTime(ask(text, key, within), within));
      } catch (error) {
        const reason = explain(error).reason.replaceAll('stores.records', 'the configuration');
        throw new GakumonError('store-unavailable', { detail: reason, cause: error });
      }
    },
    close: () => pool.close(),
  };
}

type Rows = Record<string, unknown>[];

async function askOn(connection: PostgresConnection, text: string, key: string, within: number): Promise<Rows> {
  try {
    return (await connection.execute(oneStatement(text), [key], within)).rows;
  } catch (error) {
    if (isUnfitKey(error)) return [];
    throw discreetTrouble(error);
  }
}

const limitsOf = (timeout: number): PostgresLimits => ({
  connect: timeout,
  silence: timeout,
  statement: timeout,
  lock: timeout,
  idleInTransaction: timeout,
});

/** Unlike the records' hosts: whether it takes writes is all the same. */
function onlyHost(location: PostgresLocation, host: PostgresHost): PostgresHosts {
  let knowsLimits = true;
  const open = (limits: PostgresLimits) => openPostgresConnection(location, host, limits, knowsLimits, readAsTexts);
  return {
    async connect(limits) {
      try {
        return await open(limits);
      } catch (error) {
        if (!knowsLimits || !refusesLimits(error)) throw error;
        knowsLimits = false;
        return open(limits);
      }
    },
    isInUse: () => true,
    doubt: () => {},
  };
}

/** Set in the transaction, since a pooler may give each one another session. */
const settings = "select set_config('statement_timeout', $1, true), set_config('datestyle', 'ISO, YMD', true)";

async function readOnly(connection: PostgresConnection, within: number, ask: () => Promise<Rows>): Promise<Rows> {
  await connection.execute('begin isolation level read committed read only', [], within);
  try {
    await connection.execute(settings, [String(Math.ceil(within))], within);
    return await ask();
  } finally {
    // Nothing was written, so it is all the same how it ends
    if (connection.lost() === undefined) await connection.execute('rollback', [], within);
  }
}

function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = startDeadline(milliseconds, () => reject(new Error(`no answer within ${milliseconds} ms`)));
    answer.then(resolve, reject).finally(cancel);
  });
}
