/**
 * A copy of a text. What comes out of a parser is often a view of the whole piece of the document that it was found in,
 * and keeps all of that in memory.
 */
export function detached<T extends string>(text: T): T {
  return Buffer.from(text, 'utf8').toString('utf8') as T;
}

/** The same for the texts of plain data. */
export function detachedData<T>(data: T): T {
  return JSON.parse(JSON.stringify(data));
}
