import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeWith, fillIn, pretendBrowser, privateRedis, redisPrograms, temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, student } from '../testDoor.ts';
import {
  allWell,
  askMachines,
  expectOutOfOrder,
  signedIn,
  toldOf,
  untilReady,
  untilRed,
  untilTold,
} from './sightings.ts';
import { during, type Trouble } from './storeTroubles.ts';

/** Another program holds the database, and does not let go. */
function held(file: string): Trouble {
  const other = new DatabaseSync(file);
  return {
    begin: () => other.exec('begin immediate'),
    end: () => {
      other.exec('rollback');
      other.close();
    },
  };
}

test('law 10: a SQLite file that another program holds: a page and a red probe, and all is well again', async () => {
  const file = join(await temporaryFolder(), 'records.db');
  const door = await openTestDoor({ stores: { records: file } });
  const known = await signedIn(door);
  const fresh = pretendBrowser({ language: 'ja' });
  const form = fillIn(loginForm(await fresh.open(door.ask())), student);
  await during(held(file), async () => {
    const [sso, login] = await Promise.all([known.open(door.ask()), fresh.submit(form)]);
    expectOutOfOrder(sso);
    expectOutOfOrder(login);
    await untilRed(door);
    expect(await askMachines(door)).toEqual({ ...allWell, '/readyz': 503, '/readyz/sign-on': 503 });
  });
  await untilReady(door);
  await fresh.open(door.ask());
  expect(deliveryForm(await logIn(fresh))).toBeDefined();
  expect(deliveryForm(await known.open(door.ask()))).toBeDefined();
  expect(toldOf(door, 'store', 'records')).toEqual(['a store is away', 'a store is well again']);
});

describeWith(
  redisPrograms,
  'law 10: the records in a SQLite file that another program holds, the sessions in a Redis',
  () => {
    test('logins and sign-ons go on; what happened is written down later', async () => {
      const file = join(await temporaryFolder(), 'records.db');
      const { port } = await privateRedis();
      const door = await openTestDoor({ stores: { records: file, sessions: `redis://127.0.0.1:${port}` } });
      const known = await signedIn(door);
      await during(held(file), async () => {
        expect(deliveryForm(await known.open(door.ask()))).toBeDefined();
        await signedIn(door);
        await untilRed(door);
        expect(await askMachines(door)).toEqual({ ...allWell, '/readyz': 503 });
        await untilTold(door, 'history cannot be written; it waits');
      });
      await untilReady(door);
      await untilTold(door, 'history is written again');
      const events = new DatabaseSync(file).prepare('select count(*) as count from history').get();
      expect(events).toEqual({ count: 3 });
    });
  },
);
