import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AttemptId, hours, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { codeOf, withDatabaseFile, withStores } from './trials/databaseFile.ts';
import { runWorker } from './trials/startWorker.ts';

const attempt = 'attempt-1' as AttemptId;
const nothing = async () => {};

describe('a database that cannot be used is refused by name', () => {
  test('a file that is no database, and it is left as it was', () =>
    withDatabaseFile(async (file) => {
      await writeFile(file, 'this is a note, '.repeat(500));
      expect(await codeOf(withStores(file, nothing))).toBe('store-unavailable');
      expect(await readFile(file, 'utf8')).toBe('this is a note, '.repeat(500));
    }));

  test('a damaged database: no answer is made up', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, ({ attempts }) => attempts.consume(attempt, Date.now() + hours(1)).then(nothing));
      const bytes = await readFile(file);
      bytes.fill(0xa5, 4096);
      await writeFile(file, bytes);
      expect(await codeOf(withStores(file, ({ attempts }) => attempts.isConsumed(attempt)))).toBe('store-unavailable');
    }));

  test('a folder', () =>
    withDatabaseFile(async (file) => {
      expect(await codeOf(withStores(dirname(file), nothing))).toBe('store-unavailable');
    }));

  test('a file that may only be read; nothing is written', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, ({ attempts }) => attempts.consume(attempt, Date.now() + hours(1)).then(nothing));
      await chmod(file, 0o444);
      await chmod(dirname(file), 0o755);
      const before = await readFile(file);
      // Root may write whatever the mode says, so a root's worker becomes somebody else first
      const userId = process.getuid?.() === 0 ? { userId: 65_534 } : {};
      expect(await runWorker({ task: 'nothing', file, ...userId })).toMatchObject({
        code: 'store-unavailable',
        detail: expect.stringContaining(file),
      });
      expect(await readFile(file)).toEqual(before);
    }));

  test('a newer schema: nothing is written', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, nothing);
      setSchemaVersion(file, 999);
      expect(await codeOf(withStores(file, nothing))).toBe('records-newer');
      setSchemaVersion(file, 999);
    }));

  test('a schema that another program brings forward while this one runs turns its probe red', () =>
    withDatabaseFile((file) =>
      withStores(file, async (stores) => {
        expect(await codeOf(stores.checkRecords())).toEqual({ value: undefined });
        setSchemaVersion(file, 999);
        expect(await codeOf(stores.checkRecords())).toBe('records-newer');
      }),
    ));

  test('closed stores refuse every call', () =>
    withDatabaseFile(async (file) => {
      const stores = await withStores(file, async (opened) => opened);
      expect(await codeOf(stores.attempts.isConsumed(attempt))).toBe('store-unavailable');
      expect(await codeOf(stores.attempts.consume(attempt, Date.now() + hours(1)))).toBe('store-unavailable');
      expect(await codeOf(stores.checkRecords())).toBe('store-unavailable');
    }));
});

describe('another process holds the lock', () => {
  const patienceMs = 120;

  test('for long: writes are refused by name and did nothing, reads go on, and afterwards all is well', () =>
    withDatabaseFile((file) =>
      withStores(
        file,
        async ({ attempts, sealed, checkRecords }) => {
          const holder = new DatabaseSync(file);
          holder.exec('begin immediate');
          const until = Date.now() + hours(1);
          const refused = await Promise.all([
            codeOf(attempts.consume(attempt, until)),
            codeOf(
              sealed.replace({ kind: 'totp', name: 'a', keyId: '0a0b0c0d', sealed: new Uint8Array(3) }, undefined),
            ),
            codeOf(checkRecords()),
          ]);
          expect(refused).toEqual(['store-unavailable', 'store-unavailable', 'store-unavailable']);
          expect(await attempts.isConsumed(attempt)).toBe(false);
          expect(await sealed.generation('totp')).toBe(0);
          holder.exec('rollback');
          holder.close();
          expect(await attempts.consume(attempt, until)).toBe(true);
          expect(await codeOf(checkRecords())).toEqual({ value: undefined });
        },
        patienceMs,
      ),
    ));

  test('when the program starts: it says so', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, nothing);
      const holder = new DatabaseSync(file);
      holder.exec('begin immediate');
      expect(await codeOf(withStores(file, nothing, patienceMs))).toBe('store-unavailable');
      holder.close();
      expect(await codeOf(withStores(file, nothing, patienceMs))).toEqual({ value: undefined });
    }));

  test('for a moment: the write waits for it without holding the event loop still', () =>
    withDatabaseFile((file) =>
      withStores(file, async ({ attempts }) => {
        const holder = new DatabaseSync(file);
        holder.exec('begin immediate');
        const consumed = attempts.consume(attempt, Date.now() + minutes(10));
        // Runs only because the waiting write gives the event loop back
        await new Promise((resolve) => setImmediate(resolve));
        holder.exec('rollback');
        holder.close();
        expect(await consumed).toBe(true);
      }),
    ));
});

describe('what lies on the disk', () => {
  test('is for its owner only, whatever the umask says', () =>
    withDatabaseFile(async (file) => {
      const umask = process.umask(0);
      try {
        await withStores(file, async ({ attempts }) => {
          await attempts.consume(attempt, Date.now() + minutes(10));
          for (const name of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(name)).mode & 0o777).toBe(0o600);
        });
        await chmod(file, 0o644);
        await withStores(file, nothing);
        expect((await stat(file)).mode & 0o777).toBe(0o600);
      } finally {
        process.umask(umask);
      }
    }));
});

function setSchemaVersion(file: string, version: number): void {
  const database = new DatabaseSync(file);
  const { changes } = database.prepare('update schema_version set version = ?').run(version);
  const tables = database.prepare("select count(*) as count from sqlite_schema where type = 'table'").get();
  database.close();
  expect(changes).toBe(1);
  expect(tables?.count).toBe(17);
}
