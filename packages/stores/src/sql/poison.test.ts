import { DatabaseSync } from 'node:sqlite';
import type { Revocation, Revocations } from '@gakumon/idp';
import { hours, type Username } from '@gakumon/terms';
import { describeWith, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { openStores } from '../openStores.ts';
import { withDatabaseFile, withStores } from './trials/databaseFile.ts';

const now = Date.UTC(2026, 10, 22);
const largest = '9223372036854775807';
const order: Revocation = { username: 's1234567' as Username, session: undefined, at: now, keepUntil: now + hours(8) };

const poison = [
  ['too late to be kept', `insert into revocations values ('a', 's1', null, null, 1, ${largest})`],
  ['ordered in another age', `insert into revocations values ('b', 's1', null, null, ${largest}, ${now + 1000})`],
  ['ordered before time began', `insert into revocations values ('c', 's1', null, null, -${largest}, ${now + 1000})`],
  ['a counter that is full', `update counters set value = ${largest} where name = 'revocations'`],
  ['a counter below nothing', `update counters set value = -${largest} where name = 'revocations'`],
] as const;

/** The orders of Gakumon's own are listed, and the next ones too. */
async function goesOn(revocations: Revocations, spoil: () => Promise<void>): Promise<void> {
  await revocations.add(order);
  await spoil();
  expect(await revocations.generation()).toEqual(expect.any(Number));
  expect(await revocations.list(now)).toMatchObject([order]);
  const before = await revocations.generation();
  await revocations.add({ ...order, at: now + 1 });
  expect(await revocations.generation()).not.toBe(before);
  expect(await revocations.list(now)).toMatchObject([order, { ...order, at: now + 1 }]);
}

describe('attack: one number in the revocations that nobody can read hides none of them', () => {
  test.each(poison)('%s, in SQLite', (_, statement) =>
    withDatabaseFile((file) =>
      withStores(file, ({ revocations }) =>
        goesOn(revocations, async () => {
          const database = new DatabaseSync(file);
          database.exec(statement);
          database.close();
        }),
      ),
    ),
  );

  describeWith(postgresPrograms, 'PostgreSQL', () => {
    test.each(poison)('%s, in PostgreSQL', async (_, statement) => {
      const server = await privatePostgres();
      const location = await server.createDatabase();
      const stores = await openStores({ records: location, sessions: { kind: 'records' }, clock: () => now });
      await goesOn(stores.revocations, async () => void (await server.sql(statement, location.database))).finally(() =>
        stores.close(),
      );
    });
  });
});
