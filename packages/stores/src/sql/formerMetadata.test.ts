import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { withDatabaseFile, withStores } from './trials/databaseFile.ts';

test('metadata of an earlier version is named, a few of it', () =>
  withDatabaseFile((file) =>
    withStores(file, async ({ listFormerMetadata }) => {
      expect(await listFormerMetadata()).toEqual([]);
      const database = new DatabaseSync(file);
      const insert = database.prepare('insert into loaded_metadata values (?, ?, 1)');
      for (let index = 10; index < 50; index += 1) insert.run(`n${index}`, new Uint8Array(1));
      database.close();
      const names = await listFormerMetadata();
      expect([names.length, names[0]]).toEqual([20, 'n10']);
    }),
  ));
