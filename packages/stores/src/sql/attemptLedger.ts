import type { AttemptLedger } from '@gakumon/idp';
import type { Clock } from '@gakumon/terms';
import type { Records } from './records.ts';

/** The ledger in SQL: one INSERT decides who was first. */
export function createSqlAttemptLedger(records: Records, clock: Clock): AttemptLedger {
  const insertMark = records.prepare((db) =>
    db
      .insertInto('consumed_attempts')
      .values({ attempt: '', keep_until: 0 })
      .onConflict((conflict) => conflict.doNothing()),
  );
  return {
    async consume(attempt, keepUntil) {
      // A mark that may be swept at once would stop nobody
      if (keepUntil <= clock()) return false;
      const { changes } = await records.write(() => insertMark([attempt, keepUntil]));
      return changes === 1;
    },
    async isConsumed(attempt) {
      const row = await records.read((db) =>
        db.selectFrom('consumed_attempts').select('attempt').where('attempt', '=', attempt).executeTakeFirst(),
      );
      return row !== undefined;
    },
  };
}
