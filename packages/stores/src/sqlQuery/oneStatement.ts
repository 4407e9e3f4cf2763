/** Rows of one answer, at most; more are no answer about one person. */
export const mostRows = 1000;

/**
 * Makes a part of our own statement of an operator's: so it is one, it is a SELECT, and it has an end.
 * @returns a statement that yields one row more than are allowed, so that there being more is seen
 */
export function oneStatement(text: string): string {
  // A comment at its end must not swallow what follows
  return `select * from (\n${text.replace(/[;\s]+$/, '')}\n) as answer limit ${mostRows + 1}`;
}

/** @throws Error in words for the operator */
export function requireFewRows<T>(rows: readonly T[]): readonly T[] {
  if (rows.length <= mostRows) return rows;
  throw new Error(`the query found more than ${mostRows} rows for one person; does it compare with its parameter?`);
}
