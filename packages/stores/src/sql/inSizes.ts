/**
 * Rows in one statement. Of these sizes only: SQLite keeps what it compiled for each statement that it has seen, which
 * would be half a megabyte for each number of rows that ever came together.
 */
const sizes = [100, 10, 1] as const;

/** Cuts rows into those sizes, in their order. */
export function* inSizes<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  let from = 0;
  for (const size of sizes) {
    for (; rows.length - from >= size; from += size) yield rows.slice(from, from + size);
  }
}
