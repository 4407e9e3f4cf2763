import type { Database } from '../sql/database.ts';
import type { Cell, Row } from './recordsFile.ts';
import type { TableShape } from './tableShapes.ts';

const pageRows = 500;
/** Of the blobs in one page; a single larger one makes a page of its own. */
const pageOctets = 4_194_304;

/**
 * All rows of a table, in pages by its primary key, so that no more than one page is in memory.
 * @param db a snapshot: otherwise rows that come and go in between are missed
 */
export async function* readRows(db: Database, table: TableShape): AsyncGenerator<readonly Row[], undefined> {
  let after: Row | undefined;
  for (;;) {
    const until = await findPageEnd(db, table, after);
    const rows = await selectPage(db, table, after, until);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1);
  }
}

/** Where the next page must end for the sake of its blobs; undefined: where it is full. */
async function findPageEnd(db: Database, table: TableShape, after: Row | undefined): Promise<Row | undefined> {
  const blobs = table.columns.filter(({ kind }) => kind === 'blob');
  if (blobs.length === 0) return undefined;
  const lengths = (await select(db, table, after)
    .select(table.key as never)
    .select((eb: Untyped) => blobs.map(({ name }) => eb.fn('length', [name]).as(lengthOf(name))))
    .limit(pageRows)
    .execute()) as readonly Row[];
  let octets = 0;
  let end: Row | undefined;
  for (const row of lengths) {
    octets += blobs.reduce((sum, { name }) => sum + Number(row[lengthOf(name)] ?? 0), 0);
    if (end !== undefined && octets > pageOctets) break;
    end = row;
  }
  return end;
}

const lengthOf = (column: string): string => `octets of ${column}`;

async function selectPage(
  db: Database,
  table: TableShape,
  after: Row | undefined,
  until: Row | undefined,
): Promise<readonly Row[]> {
  const query = select(db, table, after).select(table.columns.map(({ name }) => name));
  const bounded = until === undefined ? query : query.where((eb: Untyped) => compareKey(eb, table, '<=', until));
  return bounded.limit(pageRows).execute();
}

/** The tables are known by their names only here. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's types are of single tables
type Untyped = any;

function select(db: Database, table: TableShape, after: Row | undefined): Untyped {
  let query: Untyped = db.selectFrom(table.name);
  for (const column of table.key) query = query.orderBy(column);
  return after === undefined ? query : query.where((eb: Untyped) => compareKey(eb, table, '>', after));
}

function compareKey(eb: Untyped, { key }: TableShape, operator: '>' | '<=', row: Row): Untyped {
  const values = key.map((column): Cell => row[column] ?? null);
  if (key.length === 1) return eb(key[0], operator, values[0]);
  return eb(eb.refTuple(...key), operator, eb.tuple(...values));
}
