import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { makeSealingKeys } from '@gakumon/idp';
import { type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, openTestDoor, student, type TestDoor } from './testDoor.ts';
import { openTwoNodes, type TwoNodes } from './twoNodes.ts';

const [a, b] = ['sealing', 'second'].map((text) => Buffer.alloc(32, text).toString('base64'));

/** Puts the keys where the node reads them, and waits until it has. */
async function give({ parts }: TestDoor, ...keys: readonly (string | undefined)[]): Promise<void> {
  const { sealing } = parts.config.keys;
  if (!('file' in sealing)) throw new Error('the test door has its keys in a file');
  await writeFile(`${sealing.file}.new`, keys.join('\n'));
  await rename(`${sealing.file}.new`, sealing.file);
  const wanted = keys.map((key) => Buffer.from(key ?? '', 'base64'));
  const ids = makeSealingKeys(wanted).all.map(({ id }) => id);
  const deadline = performance.now() + 20_000;
  while (parts.idp.sealingKeys.all.map(({ id }) => id).join() !== ids.join()) {
    if (performance.now() > deadline) throw new Error('the keys were not read again');
    await delay(20);
  }
}

async function open(url: string): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(url);
  return browser;
}

describe('the sealing keys rotate while people log in', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openTestDoor();
  });

  test('a page from before the rotation is sent after it, with a wrong password and with the right one', async () => {
    await give(door, a);
    const [before, wrongBefore] = [await open(door.ask()), await open(door.ask())];
    const refused = await logIn(wrongBefore, { password: 'wrong' });
    expect(refused.select('[role=alert]')).toHaveLength(1);
    await give(door, a, b);
    const between = await open(door.ask());
    await give(door, b, a);
    // The last try is in a cookie that the old key sealed.
    const reloaded = await wrongBefore.reload();
    expect(reloaded.select('[role=alert]')).toHaveLength(1);
    expect(reloaded.attributes('#username', 'value')).toEqual([student.username]);
    for (const browser of [before, wrongBefore, between]) {
      expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
    }
  });

  test('a session lives on when the key of its login is gone, and so do logins that are under way', async () => {
    await give(door, a);
    const browser = await open(door.ask());
    await logIn(browser);
    await give(door, b, a);
    const underWay = await open(door.ask());
    await give(door, b);
    expect(deliveryForm(await browser.open(door.ask()))).toBeDefined();
    expect(deliveryForm(await logIn(underWay))).toBeDefined();
  });

  test('a page of a key that is gone is a clear page with a way on, and no session is lost by it', async () => {
    await give(door, a);
    const late = await open(door.ask());
    const signedIn = await open(door.ask());
    await logIn(signedIn);
    await give(door, b);
    const page = await logIn(late);
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/This sign-in page no longer works.*Open the service again/s);
    expect(door.log).toContainEqual(expect.objectContaining({ code: 'attempt-tampered' }));
    expect(deliveryForm(await signedIn.open(door.ask()))).toBeDefined();
  });

  test('a file that is spoilt ends nobody’s login', async () => {
    await give(door, a);
    const browser = await open(door.ask());
    const { sealing } = door.parts.config.keys;
    const told = door.notices.length;
    await writeFile('file' in sealing ? sealing.file : '', 'not a key');
    const deadline = performance.now() + 20_000;
    while (!door.notices.slice(told).some(({ message }) => /sealing keys are bad/.test(message))) {
      if (performance.now() > deadline) throw new Error('the bad file was not told of');
      await delay(20);
    }
    expect(deliveryForm(await logIn(browser))).toBeDefined();
  });
});

describe('the sealing keys rotate on two nodes', () => {
  let both: TwoNodes;
  beforeAll(async () => {
    both = await openTwoNodes();
  });

  test('whichever node has the file first, and whichever answers, no login fails and no session ends', async () => {
    const [one, two] = both.nodes;
    const signedIn = await open(both.ask());
    await logIn(signedIn);
    const steps: readonly (readonly (string | undefined)[])[] = [
      [a, b],
      [b, a],
    ];
    for (const [index, keys] of steps.entries()) {
      for (const node of index % 2 === 0 ? [one, two] : [two, one]) {
        const pages: PretendBrowser[] = [];
        for (const from of [0, 1] as const) {
          both.send(from);
          pages.push(await open(both.ask()), await open(both.ask()));
        }
        await give(node, ...keys);
        for (const [at, page] of pages.entries()) {
          both.send(at % 2 === 0 ? 0 : 1);
          expect(deliveryForm(await logIn(page))?.action).toBe(one.sp.acs);
        }
        for (const to of [0, 1] as const) {
          both.send(to);
          expect(deliveryForm(await signedIn.open(both.ask()))).toBeDefined();
        }
      }
    }
  });
});
