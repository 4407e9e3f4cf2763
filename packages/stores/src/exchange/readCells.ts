import { quoteUntrusted } from '@gakumon/terms';
import type { FileRow, Refuse } from './readRecordsFile.ts';
import type { Cell } from './recordsFile.ts';
import type { ColumnShape, TableShape } from './tableShapes.ts';

/** Far beyond what any counter reaches, and so far below the last safe integer that it can go on counting. */
const largestCount = 2 ** 50;

/**
 * The cells of a row in the order of the table's columns.
 * @throws GakumonError by `refuse`, when the row has not exactly these columns with values of their kinds
 */
export function readCells({ line, row }: FileRow, { name, columns }: TableShape, refuse: Refuse): readonly Cell[] {
  const stranger = Object.keys(row).find((key) => !columns.some((column) => column.name === key));
  if (stranger !== undefined) return refuse(line, `${name} has no column ${quoteUntrusted(stranger)}`);
  return columns.map((column) => {
    const place = `${name}.${column.name}`;
    if (!Object.hasOwn(row, column.name)) return refuse(line, `${place} is missing`);
    const cell = readCell(row[column.name], column, (what) => refuse(line, `${place} ${what}`));
    if (name === 'counters' && typeof cell === 'number' && !(cell >= 0 && cell <= largestCount)) {
      return refuse(line, `${place} is no count`);
    }
    return cell;
  });
}

function readCell(value: unknown, { kind, isNullable }: ColumnShape, refuse: (what: string) => never): Cell {
  if (value === null) return isNullable ? null : refuse('must not be null');
  if (kind === 'integer') {
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse('must be a whole number');
  }
  if (typeof value !== 'string') return refuse(kind === 'blob' ? 'must be base64' : 'must be text');
  if (kind === 'text') return isKeepable(value) ? value : refuse('has a NUL, or half a character');
  const octets = Buffer.from(value, 'base64');
  // Node reads over what is not base64
  return octets.toString('base64') === value ? octets : refuse('must be base64');
}

/** PostgreSQL takes no NUL, and each engine makes something else of half a surrogate pair. */
const isKeepable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
