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

/** Counts the probes: the smallest write there is. Its row is made by the first. */
export async function recordHeartbeat(db: Database): Promise<void> {
  await db
    .insertInto('counters')
    .values({ name: 'heartbeats', value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })))
    .execute();
}
