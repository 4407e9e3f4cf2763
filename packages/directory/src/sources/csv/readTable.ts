import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Parser, parse } from 'csv-parse';

/** Rows by their key, cells by their column. */
export type Table = {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly (readonly string[])[]>;
};

export type TableOptions = {
  readonly keyColumn: string;
  readonly encoding: 'utf-8' | 'shift_jis';
  /** Brings a key into the form in which it is asked for; undefined: it is no key. */
  readonly keyOf: (cell: string) => string | undefined;
};

export const tableLimits = { octets: 100_000_000, rows: 500_000, cell: 65_536, columns: 500 } as const;

/**
 * Reads a table (RFC 4180) piece by piece, so that others are served meanwhile. Rows with one key are kept together, rows
 * without one are passed over.
 * @throws Error in words for the operator; it never holds a cell
 */
export async function readTable(file: string, options: TableOptions): Promise<Table> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: tableLimits.cell * 4,
    relax_column_count: false,
  });
  const filled = fill(parser, options);
  const [table] = await Promise.all([filled, feed(file, options.encoding, parser)]).catch((error) => {
    throw explain(error);
  });
  return table;
}

function feed(file: string, encoding: TableOptions['encoding'], parser: Parser): Promise<void> {
  return pipeline(createReadStream(file, { highWaterMark: 65_536 }), (pieces) => decode(pieces, encoding), parser);
}

async function* decode(pieces: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let octets = 0;
  for await (const piece of pieces) {
    octets += piece.length;
    if (octets > tableLimits.octets)
      throw new Error(`it has more than the ${tableLimits.octets} octets that are allowed`);
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

async function fill(parser: Parser, { keyColumn, keyOf }: TableOptions): Promise<Table> {
  const rows = new Map<string, (readonly string[])[]>();
  let columns: readonly string[] | undefined;
  let keyIndex = -1;
  let count = 0;
  for await (const cells of parser as AsyncIterable<readonly string[]>) {
    if (columns === undefined) {
      columns = requireColumns(cells, keyColumn);
      keyIndex = columns.indexOf(keyColumn);
      continue;
    }
    count += 1;
    if (count > tableLimits.rows) throw new Error(`it has more than the ${tableLimits.rows} rows that are allowed`);
    const key = keyOf(cells[keyIndex] ?? '');
    if (key === undefined) continue;
    const others = rows.get(key);
    if (others === undefined) rows.set(key, [cells]);
    else others.push(cells);
  }
  if (columns === undefined) throw new Error('it is empty; its first line has the names of the columns');
  return { columns, rows };
}

function requireColumns(cells: readonly string[], keyColumn: string): readonly string[] {
  const names = cells
    .map((cell) => JSON.stringify(cell.slice(0, 40)))
    .join(', ')
    .slice(0, 400);
  if (cells.length > tableLimits.columns)
    throw new Error(`it has more than the ${tableLimits.columns} columns that are allowed`);
  if (!cells.includes(keyColumn)) throw new Error(`its first line names no column "${keyColumn}": ${names}`);
  if (new Set(cells).size < cells.length) throw new Error(`its first line names a column twice: ${names}`);
  return cells;
}

/** What the parser says holds the row that it stumbled over. */
function explain(error: unknown): unknown {
  if (error instanceof CsvError) {
    const { lines } = error as { lines?: unknown };
    return new Error(`line ${String(lines)}: ${csvReasons[error.code] ?? error.code}`, { cause: error });
  }
  const { code } = error as { code?: unknown };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new Error('it is not in the encoding that is configured', { cause: error });
  return error;
}

const csvReasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has more or fewer cells than the first line has names',
  CSV_RECORD_INCONSISTENT_COLUMNS: 'it has more or fewer cells than the first line has names',
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quotation mark stands inside a cell',
  INVALID_OPENING_QUOTE: 'a quotation mark stands inside a cell',
  CSV_MAX_RECORD_SIZE: 'it is too long',
};
