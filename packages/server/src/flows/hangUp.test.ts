import { createFileDirectory, createHashingQueue, type HashingQueue, hashPassword } from '@gakumon/directory';
import { freePort, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog, startServer } from '../index.ts';
import { sendBeside } from './sendAndHangUp.ts';
import { deliveryForm, logIn, loginForm, openTestDoor, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
const opened: (() => Promise<void>)[] = [];
beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

/** Counts up; resolves when so many have come. */
function createCounter() {
  let count = 0;
  const waiting = new Map<number, () => void>();
  return {
    count: () => count,
    add: () => {
      count += 1;
      waiting.get(count)?.();
    },
    reached: (wanted: number) =>
      new Promise<void>((resolve) => (count >= wanted ? resolve() : void waiting.set(wanted, resolve))),
  };
}

/** The same IdP behind a proxy that tells addresses, with one place for hashing, which is taken until `free`. */
async function openBusyDoor() {
  // Patience that never ends: a place is free again because somebody hung up, for no other reason.
  const queue = createHashingQueue({ running: 1, waiting: 400 }, () => () => {});
  const place = Promise.withResolvers<void>();
  const taken = queue(() => place.promise);
  const came = createCounter();
  const gaveBack = createCounter();
  const hashed: (string | undefined)[] = [];
  const noting: HashingQueue = (work, who) => {
    came.add();
    return queue(() => {
      hashed.push(who?.turn);
      return work();
    }, who);
  };
  const passwordHash = await hashPassword(student.password, { logN: 10, r: 8, p: 1 });
  const person = { username: student.username, passwordHash, groups: [], totpSecret: undefined, attributes: {} };
  const directory = createFileDirectory('local', () => [person], noting);
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const { config, idp } = door.parts;
  const release: typeof idp.throttles.release = async (...hit) => {
    await idp.throttles.release(...hit);
    gaveBack.add();
  };
  const lines: string[] = [];
  const server = await startServer(
    {
      ...door.parts,
      config: { idp: { ...config.idp, baseUrl }, listen: { ...config.listen, trustedProxies: ['127.0.0.1'] } },
      idp: { ...idp, baseUrl, directories: () => [directory], throttles: { ...idp.throttles, release } },
    },
    { port, log: createLog({ write: (line) => void lines.push(line) }) },
  );
  opened.push(server.close);
  const ask = () => door.sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`).url;
  const from = async (address: string): Promise<PretendBrowser> => {
    const browser = pretendBrowser({ language: 'en', headers: { 'x-forwarded-for': address } });
    await browser.open(ask());
    return browser;
  };
  const free = async () => {
    place.resolve();
    await taken;
  };
  return { from, free, came, gaveBack, hashed, lines };
}

describe('a flood of logins', () => {
  test('attack: of 90 that hang up nothing is hashed, and none counts as a wrong password', async () => {
    const busy = await openBusyDoor();
    const attacker = await busy.from('192.0.2.1');
    const form = loginForm(attacker.page);
    // Eight of them name the victim: as many wrong passwords as an account may see.
    const flood = Array.from({ length: 90 }, (_, i) => {
      const username = i < 8 ? student.username : `guess${i}`;
      return sendBeside(attacker, form, { username, password: 'guess' }, { 'x-forwarded-for': '192.0.2.1' });
    });
    await busy.came.reached(90);
    for (const sent of flood) sent.hangUp();
    await busy.gaveBack.reached(90);

    const victim = await busy.from('192.0.2.1');
    const answer = logIn(victim);
    await busy.came.reached(91);
    await busy.free();
    expect(deliveryForm(await answer)?.action).toBe(door.sp.acs);
    expect(busy.hashed).toEqual(['192.0.2.1']);
    expect(busy.lines.filter((line) => line.includes('"case"'))).toEqual([]);
  });

  test('attack: of 90 that wait, another network is next but one', async () => {
    const busy = await openBusyDoor();
    const attacker = await busy.from('2001:db8::1');
    const form = loginForm(attacker.page);
    const flood = Array.from({ length: 90 }, (_, i) => {
      const address = `2001:db8::${i.toString(16)}`;
      return sendBeside(attacker, form, { username: `other${i}`, password: 'x' }, { 'x-forwarded-for': address });
    });
    await busy.came.reached(90);
    const person = await busy.from('198.51.100.1');
    const answer = logIn(person);
    await busy.came.reached(91);
    await busy.free();
    expect(deliveryForm(await answer)?.action).toBe(door.sp.acs);
    expect(busy.hashed.slice(0, 3)).toEqual(['2001:db8:0:0::/64', '198.51.100.1', '2001:db8:0:0::/64']);
    for (const sent of flood) sent.hangUp();
  });
});

test('who hung up and tries again is answered: the first try left the attempt open', async () => {
  const busy = await openBusyDoor();
  const browser = await busy.from('192.0.2.9');
  const first = sendBeside(browser, loginForm(browser.page), student);
  await busy.came.reached(1);
  first.hangUp();
  await busy.gaveBack.reached(1);
  await busy.free();
  expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
});
