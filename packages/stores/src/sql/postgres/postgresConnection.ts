import { Socket } from 'node:net';
import { type ConnectionOptions, getCACertificates } from 'node:tls';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import { Client, types } from 'pg';
import type { PostgresLocation } from '../../locations.ts';
import { type ColumnValue, requireColumnValue, UnsafeInteger } from '../columnValues.ts';
import { ConnectionLost } from './connectionLost.ts';
import { startDeadline } from './deadline.ts';
import { endsConnection, refusesWrites, stateOf } from './trouble.ts';

export type PostgresHost = PostgresLocation['hosts'][number];

/** All in milliseconds. */
export type PostgresLimits = {
  /** Until a connection stands. */
  readonly connect: number;
  /** How long the server may be silent after a statement; larger ones get more, by their size. */
  readonly silence: number;
  /** What the server itself holds a session to, so that nobody's work goes on, or holds locks, after they are gone. */
  readonly statement: number;
  readonly lock: number;
  readonly idleInTransaction: number;
};

/** One connection to one server; statements one at a time. */
export type PostgresConnection = {
  readonly host: PostgresHost;
  /**
   * Runs one statement.
   * @param silence how long the server may say nothing, when not as long as the limits have it
   * @throws ConnectionLost, or what the server objects to
   */
  execute(sql: string, parameters?: readonly unknown[], silence?: number): Promise<PostgresResult>;
  isInTransaction(): boolean;
  /** Why it can be used no longer; undefined while it can. */
  lost(): ConnectionLost | undefined;
  /** Takes leave, and hangs up when the server does not hear. */
  close(): Promise<void>;
};

export type PostgresResult = {
  readonly rows: Record<string, unknown>[];
  readonly changes: number;
  /** What the server says that it did: `SELECT`, `COMMIT`, or `ROLLBACK` where a COMMIT had nothing to keep. */
  readonly command: string;
};

/** Finds what makes a value of the text of a column, by the number of its type. */
export type ColumnReader = (oid: number) => (text: string) => unknown;

/** A slow link still carries so many octets in a millisecond. */
const octetsPerMs = 1_000;

/**
 * Connects to one host. Nothing is taken from the environment (PGPASSWORD, PGSSLMODE …).
 * @param knowsLimits false: a pooler stands in between that refuses to be told limits
 * @param readAs how the columns of a type are read
 * @throws what the server objects to, or the system's or TLS's error
 */
export async function openPostgresConnection(
  location: PostgresLocation,
  host: PostgresHost,
  limits: PostgresLimits,
  knowsLimits: boolean,
  readAs: ColumnReader = parserOf,
): Promise<PostgresConnection> {
  const socket = new Socket();
  const client = new Client({
    ...host,
    database: location.database,
    user: location.user,
    // A function, since pg looks elsewhere when it is given no text
    password: () => location.password as string,
    ssl: location.tls === undefined ? false : tlsOptions(location.tls.ca),
    sslnegotiation: 'postgres',
    application_name: 'gakumon',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: readAs as typeof types.getTypeParser },
    stream: () => socket,
    ...(knowsLimits ? sessionLimits(limits) : {}),
  });
  const late = `no answer within ${limits.connect} ms`;
  const cancel = startDeadline(limits.connect, () => socket.destroy(new ConnectionLost(late, 'never')));
  // An error without a listener would end the process
  client.on('error', () => {});
  try {
    await client.connect();
    return follow(client, socket, host, limits);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    cancel();
  }
}

function tlsOptions(ca: string | undefined): ConnectionOptions {
  return {
    ca: ca ?? [...getCACertificates('default'), ...getCACertificates('system')],
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  };
}

const sessionLimits = ({ statement, lock, idleInTransaction }: PostgresLimits) => ({
  statement_timeout: statement,
  lock_timeout: lock,
  idle_in_transaction_session_timeout: idleInTransaction,
});

function follow(client: Client, socket: Socket, host: PostgresHost, limits: PostgresLimits): PostgresConnection {
  let lost: ConnectionLost | undefined;
  const lose = (reason: ConnectionLost): ConnectionLost => {
    lost ??= reason;
    socket.destroy();
    return reason;
  };
  client.on('error', (error) => void lose(new ConnectionLost(error.message, 'reads', error)));
  const isInTransaction = () => client.getTransactionStatus() !== 'I';
  return {
    host,
    isInTransaction,
    lost: () => lost,
    execute(sql, parameters = [], silence = limits.silence) {
      if (lost !== undefined) return Promise.reject(new ConnectionLost(lost.message, 'always', lost));
      const values = parameters.map(toParameter);
      const isUndone = sql !== 'commit' && (isInTransaction() || sql.startsWith('begin'));
      return new Promise((resolve, reject) => {
        const enough = Math.round(silence + sizeOf(values) / octetsPerMs);
        const stopWatching = watchSilence(socket, enough, () =>
          reject(lose(new ConnectionLost(`no answer within ${enough} ms`, 'never'))),
        );
        client.query({ text: sql, values }, (error, result) => {
          stopWatching();
          if (!error) resolve({ rows: result.rows, changes: result.rowCount ?? 0, command: result.command });
          else reject(translate(nameTable(error, sql), isUndone, lose));
        });
      });
    },
    async close() {
      if (lost !== undefined) return;
      lost = new ConnectionLost('it was closed', 'always');
      const cancel = startDeadline(limits.connect, () => socket.destroy());
      await client.end().catch(() => {});
      cancel();
    },
  };
}

/** Calls back when nothing at all has come from the server for so long; a large answer on a slow link is no silence. */
function watchSilence(socket: Socket, milliseconds: number, onSilence: () => void): () => void {
  let heard = socket.bytesRead;
  const check = (): void => {
    if (socket.bytesRead === heard) {
      onSilence();
    } else {
      heard = socket.bytesRead;
      cancel = startDeadline(milliseconds, check);
    }
  };
  let cancel = startDeadline(milliseconds, check);
  return () => cancel();
}

/** A value that cannot be read is told with the table that it was asked of. */
function nameTable(error: Error, sql: string): Error {
  const table = /\b(?:from|into|update) "?(\w+)/.exec(sql)?.[1];
  if (!isGakumonError(error) || table === undefined) return error;
  return new GakumonError(error.code, { detail: `${table}: ${error.detail}`, cause: error });
}

/** @param isUndone whether a statement that gets no answer has certainly changed nothing */
function translate(error: Error, isUndone: boolean, lose: (reason: ConnectionLost) => ConnectionLost): Error {
  if (refusesWrites(error)) return lose(new ConnectionLost(error.message, 'always', error));
  // Our own is about a value in the answer
  const isAnswer = stateOf(error) !== undefined || isGakumonError(error);
  if (isAnswer && !endsConnection(error)) return error;
  return lose(new ConnectionLost(error.message, isUndone ? 'always' : 'reads', error));
}

/** PostgreSQL's texts hold no NUL. */
function toParameter(value: unknown): ColumnValue {
  const known = requireColumnValue(value);
  return typeof known === 'string' && known.includes('\0') ? known.replaceAll('\0', '\uFFFD') : known;
}

const sizeOf = (values: readonly ColumnValue[]): number =>
  values.reduce<number>((sum, value) => sum + (value === null || typeof value === 'number' ? 8 : value.length), 0);

const oids = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23 };
const parseBytea = types.getTypeParser(oids.bytea, 'text');
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oids.bool]: (text) => text === 't',
  [oids.bytea]: (text) => toUint8Array(parseBytea(text) as Buffer),
  [oids.int8]: toSafeInteger,
  [oids.int4]: Number,
  [oids.int2]: Number,
};

const parserOf: ColumnReader = (oid) => parsers[oid] ?? ((text) => text);

/** text, varchar, bpchar, name; int2, int4, int8, numeric; date, timestamp, timestamptz; uuid, oid; each as an array. */
const arrays: ReadonlySet<number> = new Set([
  1009, 1015, 1014, 1003, 1005, 1007, 1016, 1231, 1182, 1115, 1185, 2951, 1028,
]);
const parseTexts = types.getTypeParser(1009 as Parameters<typeof types.getTypeParser>[0], 'text');
const textParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oids.bool]: (text) => String(text === 't'),
  [oids.bytea]: (text) => toUint8Array(parseBytea(text) as Buffer),
};

/** As the server writes them, for tables that are not ours; an array is a list of texts. */
export const readAsTexts: ColumnReader = (oid) =>
  textParsers[oid] ?? (arrays.has(oid) ? (text) => parseTexts(text) : (text) => text);

const toUint8Array = ({ buffer, byteOffset, length }: Buffer): Uint8Array => new Uint8Array(buffer, byteOffset, length);

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  // Nobody wrote it through here: what is wrong is the database.
  const detail = `a column holds ${text}, which Gakumon never wrote`;
  throw new GakumonError('store-unavailable', { detail, cause: new UnsafeInteger(detail) });
}
