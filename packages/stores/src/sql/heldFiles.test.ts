import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { describeWith } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import type { Stores } from '../stores.ts';
import { codeOf, withDatabaseFile, withStores } from './trials/databaseFile.ts';
import { runWorker } from './trials/startWorker.ts';

const ready = { value: undefined };
const secret = (name: string) => ({ kind: 'totp', name, keyId: '0a0b0c0d', sealed: new Uint8Array(3) });

function withOpenStores(trial: (stores: Stores, file: string) => Promise<void>): Promise<void> {
  return withDatabaseFile((file) => withStores(file, (stores) => trial(stores, file)));
}

describe('the probe of a database in use is red', () => {
  test.each(['', '-wal'])('when its file%s is removed', (suffix) =>
    withOpenStores(async ({ checkRecords: check }, file) => {
      expect(await codeOf(check())).toEqual(ready);
      await rm(file + suffix);
      await expect(check()).rejects.toMatchObject({
        code: 'store-unavailable',
        detail: expect.stringMatching(new RegExp(`gakumon\\.db${suffix} is missing, .*restart`)),
      });
    }),
  );

  test('when its log is removed; a restart keeps what was written before and since, as the advice says', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, async ({ sealed, checkRecords: check }) => {
        await sealed.replace(secret('before'), undefined);
        await rm(`${file}-wal`);
        await sealed.replace(secret('since'), undefined);
        expect(await codeOf(check())).toBe('store-unavailable');
      });
      await withStores(file, async ({ sealed, checkRecords: check }) => {
        expect((await sealed.list('totp')).map(({ name }) => name)).toEqual(['before', 'since']);
        expect(await codeOf(check())).toEqual(ready);
      });
    }));

  test('when it is moved away, until it is put back', () =>
    withOpenStores(async ({ checkRecords: check }, file) => {
      await rename(file, `${file}.moved`);
      expect(await codeOf(check())).toBe('store-unavailable');
      expect(await codeOf(check())).toBe('store-unavailable');
      await rename(`${file}.moved`, file);
      expect(await codeOf(check())).toEqual(ready);
    }));

  test('when another file takes its place, be it a copy of its own', () =>
    withOpenStores(async ({ checkRecords: check }, file) => {
      await copyFile(file, `${file}.copy`);
      await rename(`${file}.copy`, file);
      await expect(check()).rejects.toMatchObject({
        code: 'store-unavailable',
        detail: expect.stringContaining('was exchanged for another file'),
      });
      await rm(file);
      await writeFile(file, '');
      expect(await codeOf(check())).toBe('store-unavailable');
    }));

  test('but not when another process opens, writes, empties the log and closes', () =>
    withOpenStores(async ({ checkRecords: check }, file) => {
      expect(await runWorker({ task: 'saveMetadata', file, orders: { times: 200 } })).toHaveProperty('result');
      expect(await codeOf(check())).toEqual(ready);
      expect(await runWorker({ task: 'consume', file })).toEqual({ result: [0] });
      expect(await codeOf(check())).toEqual(ready);
    }));
});

describeWith(['prlimit'], 'the probe of a full disk', () => {
  test('is red, and green as soon as there is room', () =>
    withDatabaseFile(async (file) => {
      expect(await runWorker({ task: 'probeFullDisk', file, fileBlocks: 2048 })).toEqual({
        result: ['ready', 'store-unavailable', 'store-unavailable', 'ready'],
      });
    }));
});

test('a folder that cannot be made is told, not tried for ever', async () => {
  expect(await codeOf(withStores('/proc/nowhere/gakumon.db', async () => {}))).toBe('store-unavailable');
});
