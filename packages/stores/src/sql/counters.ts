import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Adds one to a counter and returns it; inside a transaction it orders the writers. */
export async function advanceCounter(db: Database, name: Tables['counters']['name']): Promise<number> {
  const row = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}
