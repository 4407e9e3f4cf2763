import { hash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import type { RecordsExchange } from '../openRecordsExchange.ts';

/** A table and its rows, to be compared. */
export type Dump = Readonly<Record<string, readonly unknown[]>>;

const hard = '学門 "\\\u2028\u{20BB7}\n';

/** Puts rows into every table: more than a page of some, keys of two columns, nulls, blobs larger than a page together. */
export function fillTables(file: string): void {
  const database = new DatabaseSync(file);
  const insert = (table: string, rows: readonly (readonly SQLInputValue[])[]): void => {
    const places = rows[0]?.map(() => '?').join(', ');
    const statement = database.prepare(`insert or replace into ${table} values (${places})`);
    for (const row of rows) statement.run(...row);
  };
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  database.exec('begin');
  insert('counters', [
    ['cases', 7],
    ['metadata', 41],
    ['sealed totp', 3],
  ]);
  insert(
    'loaded_metadata',
    times(9, (at) => [`source-${at}`, Buffer.alloc(1_000_000 * (at % 3), at), at]),
  );
  insert('loaded_metadata', [[hard, Buffer.from([0, 255, 128, 10, 13]), 0]]);
  insert(
    'sealed_records',
    times(700, (at) => [
      at % 2 ? 'totp' : 'document',
      `n${at}`,
      at % 3 ? '0a1b2c3d' : '99887766',
      Buffer.from([at % 256]),
      `${at}`,
    ]),
  );
  insert('service_provider_use', [
    ['https://sp.example.ac.jp/shibboleth', 1_700_000_000_000],
    [hard, 0],
  ]);
  insert('departures', [
    ['s0000001', 1, 'gone', 2, '["a"]', null],
    [hard, 0, 'alumni', Number.MAX_SAFE_INTEGER, '[]', hard],
  ]);
  insert(
    'stored_ids',
    times(1203, (at) => [
      'idp',
      `sp${at % 7}`,
      `v${at}`,
      `u${at}`,
      `u${at}`,
      at % 2 ? null : hard,
      at,
      at % 3 ? null : at,
    ]),
  );
  insert('release_log', [['e1', 1, 'u', hard, '["mail"]', 'transient', '["transient x"]']]);
  insert('issued_identifiers', [['x', 'transient', 'u', hard, 1, 2]]);
  insert('revocations', [
    ['r1', 's1234567', null, 'kept', 1, 2],
    ['r2', hard, 'session', null, 1, Number.MAX_SAFE_INTEGER],
  ]);
  insert(
    'sessions',
    times(1203, (at) => [
      `s${at}`,
      `u${at % 5}`,
      '[]',
      JSON.stringify([{ entityId: hard }]),
      at,
      at + 1,
      at + 2,
      `${at}`,
    ]),
  );
  insert('sso_sessions', [['old', 'u', '[]', '[]', 1, 2, 3, 'x']]);
  insert(
    'pending_logins',
    times(1001, (at) => [`a${at % 3}`, `b${at}`, 'u', '[]', at, `${at}`]),
  );
  insert('consumed_attempts', [['attempt', -1]]);
  insert('throttles', [['', 0, 0]]);
  insert(
    'cases',
    times(30, (at) => [
      at,
      at,
      `K7Q2-${at}`,
      at,
      'internal',
      at % 2 ? null : hard,
      null,
      '',
      null,
      `a${at % 3}`,
      at % 2 ? null : '[]',
    ]),
  );
  insert(
    'history',
    times(500, (at) => [`h${at}`, at, 'sign-on', 'u', 'person', null, null, null, hard]),
  );
  database.exec('commit');
  database.close();
}

/** Every row of every table; blobs as their hash, since to compare them takes jest a second each. */
export function dumpTables(file: string): Dump {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  const dump = tables.map(({ name }) => [name, database.prepare(`select * from ${name}`).all().map(showBlobs)]);
  database.close();
  return Object.fromEntries(dump);
}

function showBlobs(row: Record<string, SQLOutputValue>): Record<string, unknown> {
  const show = (cell: SQLOutputValue) => (cell instanceof Uint8Array ? { blob: hash('sha256', cell) } : cell);
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, show(cell)]));
}

/** Without the counters, which an import raises. */
export function withoutCounters({ counters: _, ...others }: Dump): Dump {
  return others;
}

/** A whole export as one text. */
export async function exportText(exchange: RecordsExchange): Promise<string> {
  const pieces: string[] = [];
  const write = async (piece: string): Promise<void> => void pieces.push(piece);
  await exchange.export(write, { gakumon: '1.2.3', now: Date.parse('2024-04-08T09:00:00Z') });
  return pieces.join('');
}

/** Octets in pieces that are cut anywhere. */
export async function* inPieces(text: string | Uint8Array, size = 65_521): AsyncGenerator<Uint8Array, undefined> {
  const octets = Buffer.from(text);
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
}

/** A file whose counts and hash are right, whatever else is wrong with it. Rows that are text stand as they are. */
export function makeFile(rows: readonly unknown[], head: object): string {
  const body = [head, ...rows].map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const counts: Record<string, number> = {};
  for (const line of rows) {
    const { table } = (typeof line === 'string' ? {} : line) as { table?: string };
    if (table !== undefined) counts[table] = (counts[table] ?? 0) + 1;
  }
  return `${body}${JSON.stringify({ rows: counts, sha256: hash('sha256', body) })}\n`;
}

/** The first line of a file. */
export const headOf = (schema: number) => ({
  format: 'gakumon-records',
  version: 1,
  schema,
  exportedAt: '',
  gakumon: '',
});
