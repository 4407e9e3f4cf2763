import { type Database, rawSql } from './database.ts';

/** Nobody counts so far. One number beyond what JavaScript can count would make every look at the counter fail. */
const highestValue = 2 ** 52;

const nextValue = rawSql<number>(
  `case when counters.value between 0 and ${highestValue} then counters.value + 1 else 1 end`,
);

/**
 * Adds one to a counter, which begins at zero, and returns it; inside a transaction it orders the writers. One that somebody
 * made what no counter is begins again.
 */
export async function advanceCounter(db: Database, name: string): Promise<number> {
  const row = await db
    .insertInto('counters')
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: nextValue }))
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** What a counter says; zero before anything was counted, and for what no counter is. */
export async function readCounter(db: Database, name: string): Promise<number> {
  const [value = 0] = await readCounters(db, [name]);
  return value;
}

/** The same of several, in their order. */
export async function readCounters(db: Database, names: readonly string[]): Promise<number[]> {
  const rows = await db
    .selectFrom('counters')
    .selectAll()
    .where('name', 'in', names)
    .where('value', '>=', 0)
    .where('value', '<=', highestValue)
    .execute();
  return names.map((name) => rows.find((row) => row.name === name)?.value ?? 0);
}
