import type { Database } from './database.ts';

/** Adds one to a counter, which begins at zero, and returns it; inside a transaction it orders the writers. */
export async function advanceCounter(db: Database, name: string): Promise<number> {
  const row = await db
    .insertInto('counters')
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })))
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** What a counter says; zero before anything was counted. */
export async function readCounter(db: Database, name: string): Promise<number> {
  const row = await db.selectFrom('counters').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? 0;
}
