import { createHash, type Hash } from 'node:crypto';
import { fileTrouble, GakumonError, isGakumonError, quoteUntrusted } from '@gakumon/terms';
import { readLines } from './readLines.ts';
import { type FileFoot, type FileHead, formatVersion, longestLine, recordsFormat } from './recordsFile.ts';

/** One row as the file has it; nothing is known of its columns yet. `line` counts from 1. */
export type FileRow = { readonly line: number; readonly table: string; readonly row: Record<string, unknown> };

/** Says that the file is wrong, and where. */
export type Refuse = (line: number, what: string) => never;

export type RecordsFile = {
  readonly head: FileHead;
  /** Ends at the foot, when what was counted and hashed is as the foot says; throws otherwise. To be read once. */
  readonly rows: AsyncGenerator<FileRow, undefined>;
  readonly refuse: Refuse;
};

/**
 * Reads a file of records as a stream. Until `rows` has ended, nothing of it may be kept: only then is it known that the
 * file is whole.
 * @param name of the file, for messages
 * @throws GakumonError `records-file-invalid` with name and line; `file-unreadable` when the source fails
 */
export async function readRecordsFile(name: string, source: AsyncIterable<Uint8Array>): Promise<RecordsFile> {
  const refuse: Refuse = (line, what) => {
    throw new GakumonError('records-file-invalid', { detail: `${name}:${line}: ${what}` });
  };
  const lines = readLines(told(name, source), longestLine, refuse);
  const first = await lines.next();
  if (first.done) return refuse(1, 'the file is empty');
  const head = readHead(parseLine(first.value, 1, refuse), refuse);
  const hash = createHash('sha256').update(first.value).update('\n');
  return { head, rows: readRows(lines, hash, refuse), refuse };
}

/** What fails here is not the database, although it fails in the middle of its transaction. */
async function* told(name: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* source;
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', {
      detail: `${name} ${fileTrouble(cause)}`,
      hint: 'name a file that gakumon records export wrote',
      cause,
    });
  }
}

async function* readRows(
  lines: AsyncGenerator<Buffer, undefined>,
  hash: Hash,
  refuse: Refuse,
): AsyncGenerator<FileRow, undefined> {
  const counts = new Map<string, number>();
  let line = 1;
  for await (const octets of lines) {
    line += 1;
    const value = parseLine(octets, line, refuse);
    if (!('table' in value)) {
      requireFoot(value, { counts, sha256: hash.digest('hex') }, (what) => refuse(line, what));
      if (!(await lines.next()).done) refuse(line + 1, 'there is more behind the last line');
      return;
    }
    const { table, row, ...others } = value;
    if (typeof table !== 'string' || !isObject(row) || Object.keys(others).length > 0) {
      return refuse(line, 'must be {"table":…,"row":{…}}');
    }
    hash.update(octets).update('\n');
    counts.set(table, (counts.get(table) ?? 0) + 1);
    yield { line, table, row };
  }
  refuse(line + 1, 'the file ends before its last line: it is not whole');
}

function parseLine(octets: Buffer, line: number, refuse: Refuse): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
    value = JSON.parse(text);
  } catch {
    return refuse(line, 'is not JSON in UTF-8');
  }
  // Of a repeated key the last one counts, and whoever reads the file with other eyes may see the first
  if (isObject(value) && !isWrittenAs(text, value)) {
    return refuse(line, 'is not as an export writes it: a key is repeated, or there is more than one way to read it');
  }
  return isObject(value) ? value : refuse(line, 'must be a JSON object');
}

function isWrittenAs(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(value) === text;
  } catch {
    // Nested so deep that it can be read and not written
    return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readHead(value: Record<string, unknown>, refuse: Refuse): FileHead {
  const { format, version, schema, exportedAt, gakumon } = value;
  if (format !== recordsFormat) return refuse(1, `is no file of records: its first line must say "${recordsFormat}"`);
  if (version !== formatVersion) {
    return refuse(
      1,
      `has version ${quoteUntrusted(String(version))} of the format; this program knows ${formatVersion}`,
    );
  }
  if (!Number.isSafeInteger(schema) || Number(schema) < 1) return refuse(1, 'schema: must be a number from 1');
  if (typeof exportedAt !== 'string' || typeof gakumon !== 'string') return refuse(1, 'lacks exportedAt or gakumon');
  return { schema: Number(schema), exportedAt, gakumon };
}

function requireFoot(
  value: Record<string, unknown>,
  read: { readonly counts: ReadonlyMap<string, number>; readonly sha256: string },
  refuse: (what: string) => never,
): void {
  const { rows, sha256 } = value as Partial<Record<keyof FileFoot, unknown>>;
  if (!isObject(rows) || typeof sha256 !== 'string') refuse('must be a row, or the counts and the sha256');
  for (const table of new Set([...Object.keys(rows), ...read.counts.keys()])) {
    const found = read.counts.get(table) ?? 0;
    if (rows[table] === found) continue;
    refuse(
      `${quoteUntrusted(table)} has ${found} rows here, and had ${quoteUntrusted(String(rows[table]))} when it was written`,
    );
  }
  if (sha256 !== read.sha256) refuse('the sha256 is another one: the file was changed after it was written');
}
