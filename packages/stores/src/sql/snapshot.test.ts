import { existsSync } from 'node:fs';
import { type AttemptId, hours } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { describeRecords } from './describeRecords.ts';
import { schemaVersion } from './migrations.ts';
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

test('what a SQLite file holds, and what would be done to it, is told without doing it or making it', () =>
  withDatabaseFile(async (file) => {
    const location = { kind: 'sqlite', file } as const;
    const empty = await describeRecords(location);
    expect(empty).toMatchObject({ plan: { found: 0, target: schemaVersion }, tables: [] });
    expect(empty.plan.steps).toHaveLength(schemaVersion);
    expect(existsSync(file)).toBe(false);
    await withStores(file, ({ attempts }) => attempts.consume('a' as AttemptId, Date.now() + hours(1)));
    const { plan, tables } = await describeRecords(location);
    expect(plan).toEqual({ found: schemaVersion, target: schemaVersion, steps: [] });
    expect(tables).toContainEqual({ name: 'consumed_attempts', rows: 1 });
  }));
