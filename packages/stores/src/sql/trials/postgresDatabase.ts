import { GakumonError } from '@gakumon/terms';
import type { PrivatePostgres } from '@gakumon/testkit';
import type { PostgresLocation } from '../../locations.ts';
import { openPostgresRecords } from '../postgres/openPostgresRecords.ts';
import type { Records } from '../records.ts';

/** For trials of what people see while the server is in trouble; the others are patient, for machines with much to do. */
export const inService = { patienceMs: 500 };

/** Opens a fresh database of a private server for a trial, and closes it whatever happens. */
export async function withPostgres<T>(
  server: PrivatePostgres,
  trial: (records: Records, location: PostgresLocation) => Promise<T>,
  { patienceMs = 20_000, ...changes }: Partial<PostgresLocation> & { readonly patienceMs?: number } = {},
): Promise<T> {
  const location = { ...(await server.createDatabase()), ...changes };
  const records = await openPostgresRecords(location, patienceMs);
  try {
    // The first connection may take longer than a person would wait
    await untilDone(() => marks(records));
    return await trial(records, location);
  } finally {
    await records.close();
  }
}

/** What the operator is told when a promise rejects. */
export async function detailOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'nothing went wrong',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GakumonError)) return String(error);
  return `${error.code}: ${error.detail} [${error.hint}]`;
}

/** Tries until it goes well. */
export async function untilDone<T>(step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Marks an attempt as the ledger does. @returns whether it was the first to do so */
export const mark = (records: Records, attempt: string): Promise<boolean> =>
  records.write(async (db) => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('consumed_attempts')
      .values({ attempt, keep_until: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  });

/** The attempts that are marked, in order. */
export const marks = async (records: Records): Promise<string[]> => {
  const rows = await records.read((db) =>
    db.selectFrom('consumed_attempts').select('attempt').orderBy('attempt').execute(),
  );
  return rows.map((row) => row.attempt);
};
