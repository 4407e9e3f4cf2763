import { join } from 'node:path';
import {
  describeWith,
  freePort,
  type PretendBrowser,
  type PrivateRedis,
  pretendBrowser,
  privateRedis,
  redisPrograms,
  runProgram,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { deliveryForm, logIn, openTestDoor, type TestDoor } from '../testDoor.ts';
import { type Balancer, balancerPrograms, readDeployFile, startBalancer } from './balancer.ts';
import { expectOutOfOrder, signedIn } from './sightings.ts';

const password = 'long-and-random';

describeWith([...balancerPrograms, ...redisPrograms], 'two nodes, set up as deploy/ says', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await privateRedis({ acl: [(await readDeployFile('redis.acl')).trim().replace('PASSWORD', password)] });
  });

  test('attack: redis.acl lets nobody in who has no password', async () => {
    const ask = (...args: string[]) => runProgram('redis-cli', ['-h', '127.0.0.1', '-p', String(redis.port), ...args]);
    for (const command of [['PING'], ['KEYS', '*'], ['SET', 'gkm:a', '1']]) {
      expect((await ask(...command)).stdout).toMatch(/^NOAUTH/);
    }
  });

  type Site = { readonly nodes: readonly [TestDoor, TestDoor]; readonly balancer: Balancer; ask(): string };

  async function openSite(noticeLimit = 0): Promise<Site> {
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const records = join(await temporaryFolder(), 'gakumon.db');
    const url = `redis://gakumon@127.0.0.1:${redis.port}`;
    const options = {
      at: new Date().toISOString(),
      idp: { baseUrl, entityId: `${baseUrl}/idp/shibboleth` },
      stores: { records, sessions: { redis: { url, password: { env: 'REDIS' } } } },
      env: { REDIS: password },
      noticeLimit,
    };
    const nodes = [await openTestDoor(options), await openTestDoor(options)] as const;
    const portOf = ({ server }: TestDoor): number => Number(new URL(server.url).port);
    const balancer = await startBalancer(port, [portOf(nodes[0]), portOf(nodes[1])]);
    const ask = () => nodes[0].sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`).url;
    return { nodes, balancer, ask };
  }

  const answeredBy = ({ log }: TestDoor): number => log.filter(({ msg }) => msg === 'answered').length;

  test('any request of a login may go to any of them; the probes are not for the world', async () => {
    const { nodes, balancer, ask } = await openSite();
    const browser = pretendBrowser();
    for (let count = 0; count < 4; count += 1) {
      browser.clearCookies();
      await browser.open(ask());
      expect(deliveryForm(await logIn(browser))).toBeDefined();
      expect(deliveryForm(await browser.open(ask()))).toBeDefined();
    }
    for (const node of nodes) expect(answeredBy(node)).toBeGreaterThan(0);
    for (const path of ['/healthz', '/readyz', '/readyz/sign-on']) {
      expect((await fetch(balancer.baseUrl + path)).status).toBe(404);
    }
  });

  test('law 10: when Redis is away the nodes themselves tell people so', async () => {
    const { nodes, balancer, ask } = await openSite();
    const browser = await signedIn({ ...nodes[0], ask });
    redis.pause();
    try {
      await balancer.process.waitFor(/node1 is DOWN|node2 is DOWN/);
      expectOutOfOrder(await browser.open(ask()));
    } finally {
      redis.resume();
    }
  });

  test('a node that ends while people log in fails nobody', async () => {
    const { nodes, ask } = await openSite(30_000);
    // One after the other: so many tries for one account at once are a guesser's.
    const browsers: PretendBrowser[] = [];
    for (let count = 0; count < 8; count += 1) browsers.push(await signedIn({ ...nodes[0], ask }));
    let closed: Promise<void> | undefined;
    const people = browsers.map(async (browser, person) => {
      for (let visit = 0; visit < 40; visit += 1) {
        if (person === 0 && visit === 10) closed = nodes[0].server.close();
        const page = await browser.open(ask());
        expect([page.status, deliveryForm(page)]).toEqual([200, expect.anything()]);
      }
    });
    await Promise.all(people);
    await closed;
    await nodes[1].server.close();
  });

  test('when nobody is left, the balancer says so in both languages', async () => {
    const { nodes, ask } = await openSite();
    await Promise.all(nodes.map(({ server }) => server.close()));
    const page = await pretendBrowser().open(ask());
    expect(page.status).toBe(503);
    expect(page.text).toMatch(/ただいまログインできません.*out of order/s);
  });
});
