import { type AttemptId, hours } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { openSqliteRecords } from './records.ts';
import { codeOf, withDatabaseFile, withStores } from './trials/databaseFile.ts';

test('a snapshot of a SQLite file sees one state, while others write and are not held up; and it writes nothing', () =>
  withDatabaseFile(async (file) => {
    const records = await openSqliteRecords(file);
    await withStores(file, async ({ attempts }) => {
      const until = Date.now() + hours(1);
      await attempts.consume('before' as AttemptId, until);
      await records.snapshot(async (db) => {
        const read = () => db.selectFrom('consumed_attempts').select('attempt').execute();
        expect(await read()).toEqual([{ attempt: 'before' }]);
        expect(await attempts.consume('meanwhile' as AttemptId, until)).toBe(true);
        await records.check();
        expect(await read()).toEqual([{ attempt: 'before' }]);
      });
      const writing = records.snapshot((db) => db.deleteFrom('consumed_attempts').execute());
      expect(await codeOf(writing)).toBe('store-unavailable');
      expect(await attempts.isConsumed('meanwhile' as AttemptId)).toBe(true);
    });
    await records.close();
  }));
