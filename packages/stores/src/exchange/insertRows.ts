import { quoteUntrusted } from '@gakumon/terms';
import type { Database } from '../sql/database.ts';
import { readCells } from './readCells.ts';
import type { FileRow, Refuse } from './readRecordsFile.ts';
import type { Cell } from './recordsFile.ts';
import type { TableName, TableShape } from './tableShapes.ts';

const batchRows = 200;
/** Of the blobs and texts of one statement; a single larger row makes a statement of its own. */
const batchOctets = 1_048_576;

type Batch = {
  readonly table: TableShape;
  readonly rows: { readonly line: number; readonly cells: readonly Cell[] }[];
};

/**
 * Inserts the rows of a file, many with one statement.
 * @throws GakumonError by `refuse`, when a row is not as its table wants it, or has the key of an earlier one
 */
export async function insertRows(
  db: Database,
  tables: readonly TableShape[],
  rows: AsyncIterable<FileRow>,
  refuse: Refuse,
): Promise<Record<string, number>> {
  const shapes = new Map(tables.map((table) => [table.name as string, table]));
  const counts = Object.fromEntries(tables.map(({ name }) => [name, 0]));
  const insert = createInserter(db, refuse);
  let batch: Batch | undefined;
  let octets = 0;
  for await (const row of rows) {
    const table = shapes.get(row.table) ?? refuse(row.line, `there is no table ${quoteUntrusted(row.table)}`);
    const cells = readCells(row, table, refuse);
    if (batch !== undefined && (batch.table !== table || batch.rows.length >= batchRows || octets >= batchOctets)) {
      await insert(batch);
      batch = undefined;
    }
    if (batch === undefined) {
      batch = { table, rows: [] };
      octets = 0;
    }
    batch.rows.push({ line: row.line, cells });
    octets += cells.reduce<number>((sum, cell) => sum + lengthOf(cell), 0);
    counts[table.name] = (counts[table.name] ?? 0) + 1;
  }
  if (batch !== undefined) await insert(batch);
  return counts;
}

const lengthOf = (cell: Cell): number => (cell === null || typeof cell === 'number' ? 8 : cell.length);

function createInserter(db: Database, refuse: Refuse): (batch: Batch) => Promise<void> {
  // Made once for each length: it costs more than to run it
  const texts = new Map<string, ReturnType<typeof compileInsert>>();
  return async ({ table, rows }) => {
    const id = `${table.name} ${rows.length}`;
    const text = texts.get(id) ?? compileInsert(db, table, rows.length);
    texts.set(id, text);
    const parameters = rows.flatMap(({ cells }) => cells);
    const written = await db.executeQuery<Record<string, Cell>>({ ...text, parameters });
    if (written.rows.length === rows.length) return;
    const keys = new Set(written.rows.map((row) => JSON.stringify(table.key.map((column) => row[column]))));
    const twice = rows.find(({ cells }) => !keys.delete(JSON.stringify(keyOf(table, cells))));
    refuse(twice?.line ?? 0, `${table.name} has a row with this ${table.key.join(' and ')} already`);
  };
}

function compileInsert(db: Database, { name, columns, key }: TableShape, length: number) {
  const row = Object.fromEntries(columns.map((column) => [column.name, '']));
  return db
    .insertInto(name as TableName)
    .values(Array.from({ length }, () => row) as never)
    .onConflict((conflict) => conflict.doNothing())
    .returning(key as never)
    .compile();
}

const keyOf = ({ columns, key }: TableShape, cells: readonly Cell[]): Cell[] =>
  key.map((column) => cells[columns.findIndex(({ name }) => name === column)] ?? null);
