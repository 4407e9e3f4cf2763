import {
  describeWith,
  fillIn,
  type PrivateRedis,
  pretendBrowser,
  privateRedis,
  redisPrograms,
  type SlowLink,
  slowLink,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, student } from '../testDoor.ts';
import { allWell, askMachines, expectOutOfOrder, signedIn, toldOf, untilReady, untilRed } from './sightings.ts';
import { during, redisTroubles } from './storeTroubles.ts';

describeWith(redisPrograms, 'law 10: the sessions are in a Redis', () => {
  let redis: { server: PrivateRedis; link: SlowLink };
  beforeAll(async () => {
    const server = await privateRedis();
    redis = { server, link: await slowLink(server.port) };
  });

  test.each(Object.entries(redisTroubles))(
    'that is %s: a page and a red probe, nobody is let in, and all is well again without a restart',
    async (name, make) => {
      const url = `redis://127.0.0.1:${redis.link.port}`;
      const door = await openTestDoor({ stores: { sessions: { redis: { url, prefix: `${name}:` } } } });
      const known = await signedIn(door);
      const fresh = pretendBrowser({ language: 'ja' });
      const form = fillIn(loginForm(await fresh.open(door.ask())), student);
      expect(await askMachines(door)).toEqual(allWell);

      await during(make(redis), async () => {
        expectOutOfOrder(await known.open(door.ask()));
        expectOutOfOrder(await fresh.submit(form));
        const crowd = await Promise.all(Array.from({ length: 100 }, () => known.open(door.ask())));
        for (const page of crowd) expectOutOfOrder(page);
        await untilRed(door);
        expect(await askMachines(door)).toEqual({ ...allWell, '/readyz': 503, '/readyz/sign-on': 503 });
      });
      await untilReady(door);
      expect(await askMachines(door)).toEqual(allWell);
      const [offered] = fresh.page.forms.filter(({ buttons }) => buttons[0]?.text === 'ログイン画面をもう一度表示する');
      if (offered === undefined) throw new Error(fresh.page.text);
      await fresh.submit(offered);
      expect(deliveryForm(await logIn(fresh))).toBeDefined();
      // This server keeps nothing on a disk.
      const isLost = name === 'killed';
      expect(deliveryForm(await known.open(door.ask())) === undefined).toBe(isLost);
      expect(toldOf(door, 'store', 'sessions')).toEqual(['a store is away', 'a store is well again']);
      expect(toldOf(door, 'store', 'records')).toEqual([]);
    },
    60_000,
  );
});
