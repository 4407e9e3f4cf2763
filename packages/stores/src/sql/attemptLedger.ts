import type { AttemptLedger } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { Records } from './records.ts';

/** The ledger in SQL: one INSERT decides who was first. */
export function createSqlAttemptLedger(records: Records, clock: Clock): AttemptLedger {
  return {
    async consume(attempt, keepUntil) {
      // A mark that may be swept at once would stop nobody
      if (keepUntil <= clock()) return false;
      const inserted = await records.write((db) =>
        db
          .insertInto('consumed_attempts')
          .values({ attempt, keep_until: keepUntil })
          .onConflict((conflict) => conflict.doNothing())
          .returning('attempt')
          .executeTakeFirst(),
      );
      return inserted !== undefined;
    },
    async isConsumed(attempt) {
      const row = await records.read((db) =>
        db.selectFrom('consumed_attempts').select('attempt').where('attempt', '=', attempt).executeTakeFirst(),
      );
      return row !== undefined;
    },
  };
}
