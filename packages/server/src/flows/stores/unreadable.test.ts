import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeWith, fillIn, pretendBrowser, privateRedis, redisPrograms, temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, type TestDoor } from '../testDoor.ts';
import { signedIn } from './sightings.ts';

const told = ({ notices }: TestDoor) =>
  notices.filter(({ message }) => message.startsWith('what cannot be read')).map(({ fields }) => fields);

/** Whoever has the session logs in anew, by pages that are whole. */
async function expectNewLogin(door: TestDoor, damage: () => Promise<unknown>): Promise<void> {
  const known = await signedIn(door);
  await damage();
  const page = await known.open(door.ask());
  expect(page.status).toBe(200);
  expect(loginForm(page)).toBeDefined();
  expect(deliveryForm(await logIn(known))).toBeDefined();
  expect(deliveryForm(await known.open(door.ask()))).toBeDefined();
  expect(told(door)).toEqual([{ what: 'session', id: expect.stringMatching(/^[\w-]{22}$/) }]);
}

describeWith(redisPrograms, 'a session in Redis that cannot be read', () => {
  const open = async () => {
    const server = await privateRedis();
    const door = await openTestDoor({ stores: { sessions: `redis://127.0.0.1:${server.port}` } });
    const sessionKeys = async () => (await server.cli('--scan', '--pattern', 'gkm:session:*')).split('\n');
    const damage = async (value: string) => {
      for (const key of await sessionKeys()) await server.cli('SET', key, value, 'KEEPTTL');
    };
    return { server, door, damage };
  };

  test.each(['2 newer-format', '1 9007199254740991 9007199254740991 1 "s1234567"'])(
    'attack: %s locks nobody out: the person logs in anew',
    async (value) => {
      const { door, damage } = await open();
      await expectNewLogin(door, () => damage(value));
    },
  );

  test('attack: the person can sign out, and the cookie goes', async () => {
    const { door, damage } = await open();
    const known = await signedIn(door);
    const [form] = (await known.open(`${door.baseUrl}/idp/profile/Logout`)).forms;
    if (form === undefined) throw new Error('no form to sign out');
    await damage('x');
    const page = await known.submit(fillIn(form, {}));
    expect(page.status).toBe(200);
    expect(page.hops.flatMap(({ setCookie }) => setCookie).join()).toMatch(/session=;/);
  });

  test("attack: a damaged index of a person's sessions stops no login of theirs", async () => {
    const { server, door } = await open();
    await signedIn(door);
    for (const key of (await server.cli('--scan', '--pattern', 'gkm:person:*')).split('\n')) {
      await server.cli('SET', key, 'x', 'EX', '60');
    }
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    expect(deliveryForm(await logIn(browser))).toBeDefined();
  });
});

test('attack: a session in SQLite that cannot be read locks nobody out', async () => {
  const file = join(await temporaryFolder(), 'records.db');
  const door = await openTestDoor({ stores: { records: file } });
  const other = new DatabaseSync(file);
  try {
    await expectNewLogin(door, async () => other.exec("update sessions set facts = '2 newer-format'"));
  } finally {
    other.close();
  }
});
