import {
  describeWith,
  fillIn,
  postgresPrograms,
  postgresUser,
  pretendBrowser,
  privatePostgres,
  privateRedis,
  redisPrograms,
  slowLink,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
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
import { during, type PostgresRig, postgresTroubles } from './storeTroubles.ts';

describeWith([...postgresPrograms, ...redisPrograms], 'law 10: the records are in a PostgreSQL', () => {
  let server: PostgresRig['server'];
  let redisUrl: string;
  beforeAll(async () => {
    server = await privatePostgres();
    redisUrl = `redis://127.0.0.1:${(await privateRedis()).port}`;
  });

  /** A door whose records are in a new database. */
  async function openDoor(sessions: (database: string) => unknown) {
    const { database } = await server.createDatabase();
    const link = await slowLink(server.port);
    const url = `postgres://${postgresUser.name}@127.0.0.1:${link.port}/${database}?sslmode=disable`;
    const door = await openTestDoor({
      stores: { records: { postgres: { url, password: { env: 'PASSWORD' }, pool: 4 } }, sessions: sessions(database) },
      env: { PASSWORD: postgresUser.password },
    });
    const countEvents = (): Promise<string> => server.sql('select count(*) from history', database);
    return { door, rig: { server, database, link }, countEvents };
  }

  describe('and the sessions in a Redis', () => {
    test.each(Object.entries(postgresTroubles))(
      'when it is %s, logins and sign-ons go on; what happened is written down later',
      async (_name, make) => {
        const sessions = (prefix: string) => ({ redis: { url: redisUrl, prefix: `${prefix}:` } });
        const { door, rig, countEvents } = await openDoor(sessions);
        const known = await signedIn(door);
        expect(await askMachines(door)).toEqual(allWell);

        await during(make(rig), async () => {
          expect(deliveryForm(await known.open(door.ask()))).toBeDefined();
          await signedIn(door);
          const { url } = door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`);
          expect(deliveryForm(await known.open(url))).toBeDefined();
          const crowd = await Promise.all(Array.from({ length: 50 }, () => known.open(door.ask())));
          for (const page of crowd) expect(deliveryForm(page)).toBeDefined();
          await untilRed(door);
          expect(await askMachines(door)).toEqual({ ...allWell, '/readyz': 503 });
          await untilTold(door, 'history cannot be written; it waits');
        });
        await untilReady(door);
        await untilTold(door, 'history is written again');
        expect(await countEvents()).toBe('54');
        expect(toldOf(door, 'store', 'records')).toEqual(['a store is away', 'a store is well again']);
        expect(toldOf(door, 'store', 'sessions')).toEqual([]);
        expect(door.notices.filter(({ message }) => message === 'history cannot be written; it waits')).toHaveLength(1);
      },
      60_000,
    );
  });

  describe('together with the sessions', () => {
    test.each(Object.entries(postgresTroubles))(
      'when it is %s: a page and a red probe, nobody is let in, and all is well again without a restart',
      async (_name, make) => {
        const { door, rig } = await openDoor(() => 'records');
        const known = await signedIn(door);
        const fresh = pretendBrowser({ language: 'ja' });
        const form = fillIn(loginForm(await fresh.open(door.ask())), student);

        await during(make(rig), async () => {
          expectOutOfOrder(await known.open(door.ask()));
          expectOutOfOrder(await fresh.submit(form));
          const crowd = await Promise.all(Array.from({ length: 50 }, () => known.open(door.ask())));
          for (const page of crowd) expectOutOfOrder(page);
          await untilRed(door);
          expect(await askMachines(door)).toEqual({ ...allWell, '/readyz': 503, '/readyz/sign-on': 503 });
        });
        await untilReady(door);
        await fresh.open(door.ask());
        expect(deliveryForm(await logIn(fresh))).toBeDefined();
        expect(deliveryForm(await known.open(door.ask()))).toBeDefined();
        expect(toldOf(door, 'store', 'records')).toEqual(['a store is away', 'a store is well again']);
      },
      60_000,
    );
  });
});
