import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { nearestName } from '@gakumon/terms';
import { CsvError, type Parser, parse } from 'csv-parse';

/** The rows of a table by their key. */
export type Table = {
  /** Those that are kept. */
  readonly columns: readonly string[];
  /** @returns cells in the order of the columns; none: there is no such key */
  readonly rowsOf: (key: string) => readonly (readonly string[])[];
};

export type TableOptions = {
  readonly keyColumn: string;
  /** Columns that it must have as well. */
  readonly wanted?: Iterable<string> | undefined;
  readonly encoding: 'utf-8' | 'shift_jis';
  /** Brings a key into the form in which it is asked for; undefined: it is no key. */
  readonly keyOf: (cell: string) => string | undefined;
  /** Whether cells of a column are kept. */
  readonly isKept: (column: string) => boolean;
};

/** The octets of a file and of a row, and how many rows and columns. */
export type TableLimits = {
  readonly octets: number;
  readonly rows: number;
  readonly row: number;
  readonly columns: number;
};

export const tableLimits: TableLimits = { octets: 100_000_000, rows: 500_000, row: 262_144, columns: 500 };

/**
 * Reads a table (RFC 4180) piece by piece, so that others are served meanwhile. Rows with one key are kept together, rows
 * without one are passed over.
 * @throws Error in words for the operator; it never holds a cell
 */
export async function readTable(
  file: string,
  options: TableOptions,
  limits: TableLimits = tableLimits,
): Promise<Table> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: limits.row,
    relax_column_count: false,
  });
  const filled = fill(parser, options, limits);
  const [table] = await Promise.all([filled, feed(parser, file, options.encoding, limits)]).catch((error) => {
    throw explain(error);
  });
  return table;
}

function feed(parser: Parser, file: string, encoding: string, limits: TableLimits): Promise<void> {
  return pipeline(
    createReadStream(file, { highWaterMark: 65_536 }),
    (pieces) => decode(pieces, encoding, limits),
    parser,
  );
}

async function* decode(pieces: AsyncIterable<Buffer>, encoding: string, limits: TableLimits): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let octets = 0;
  for await (const piece of pieces) {
    octets += piece.length;
    if (octets > limits.octets) throw new Error(`it has more than the ${limits.octets} octets that are allowed`);
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

async function fill(parser: Parser, options: TableOptions, limits: TableLimits): Promise<Table> {
  let table: FillingTable | undefined;
  let count = 0;
  for await (const cells of parser as AsyncIterable<readonly string[]>) {
    if (table === undefined) {
      table = createTable(requireColumns(cells, [options.keyColumn, ...(options.wanted ?? [])], limits), options);
      continue;
    }
    count += 1;
    if (count > limits.rows) throw new Error(`it has more than the ${limits.rows} rows that are allowed`);
    table.add(cells);
  }
  if (table === undefined) throw new Error('it is empty; its first line has the names of the columns');
  return table;
}

type FillingTable = Table & { readonly add: (cells: readonly string[]) => void };

/** What divides cells and rows in memory: half a million rows as arrays of texts would be twice as large. */
const [cellEnd, rowEnd] = ['\x1f', '\x1e'];
/** A divider inside a cell must not make two of it; as a NUL it makes the value one that no attribute holds. */
const withoutDividers = (cell: string): string => cell.replaceAll(cellEnd, '\0').replaceAll(rowEnd, '\0');

function createTable(names: readonly string[], { keyColumn, keyOf, isKept }: TableOptions): FillingTable {
  const keyIndex = names.indexOf(keyColumn);
  const kept = names.flatMap((name, index) => (index !== keyIndex && isKept(name) ? [index] : []));
  const rows = new Map<string, string>();
  return {
    columns: kept.map((index) => names[index] ?? ''),
    rowsOf: (key) =>
      rows
        .get(key)
        ?.split(rowEnd)
        .map((row) => row.split(cellEnd)) ?? [],
    add(cells) {
      const key = keyOf(cells[keyIndex] ?? '');
      if (key === undefined) return;
      const row = kept.map((index) => withoutDividers(cells[index] ?? '')).join(cellEnd);
      const former = rows.get(key);
      rows.set(key, former === undefined ? row : `${former}${rowEnd}${row}`);
    },
  };
}

function requireColumns(cells: readonly string[], wanted: readonly string[], limits: TableLimits): readonly string[] {
  const names = cells
    .map((cell) => JSON.stringify(cell.slice(0, 40)))
    .join(', ')
    .slice(0, 400);
  if (cells.length > limits.columns) throw new Error(`it has more than the ${limits.columns} columns that are allowed`);
  const missing = wanted.find((one) => !cells.includes(one));
  if (missing !== undefined) {
    const meant = nearestName(missing, cells);
    const perhaps = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
    throw new Error(`its first line names no column "${missing}": ${names}${perhaps}`);
  }
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
