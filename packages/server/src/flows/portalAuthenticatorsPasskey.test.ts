import { minutes, seconds } from '@gakumon/terms';
import { fillIn, type PretendAuthenticator, type PretendBrowser, pretendAuthenticator } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import {
  addApp,
  addPasskey,
  alerts,
  answerPasskey,
  atAuthenticators,
  codeOf,
  form,
  names,
  openAuthenticatorsDoor,
  pageOf,
  statuses,
} from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, loginForm, type TestDoor, teacher } from './testDoor.ts';

const t = pageTexts.en.authenticators;
let door: TestDoor;
let device: PretendAuthenticator;
beforeEach(async () => {
  door = await openAuthenticatorsDoor();
  device = pretendAuthenticator();
});
const later = (time: number = seconds(60)): void => door.clock.advance(time);

/** The step-up page of the portal is answered by a passkey. */
const stepUp = (browser: PretendBrowser, by: PretendAuthenticator) =>
  browser.submit(answerPasskey(browser, 'passkey', by));

describe('the life of a passkey', () => {
  test('it is added with a name, and listed', async () => {
    const browser = await atAuthenticators(door);
    const page = await addPasskey(door, browser, device, 'Yellow key');
    expect(page.hops.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 303],
      ['GET', 200],
    ]);
    expect(statuses(page)).toEqual([expect.stringContaining('“Yellow key” was added')]);
    expect(page.select('article')).toEqual([expect.stringMatching(/Yellow key.*Passkey or security key/s)]);
    expect(page.select('.mark-synced')).toEqual([]);
  });

  test('one whose vendor keeps a copy is marked as synced', async () => {
    const browser = await atAuthenticators(door);
    const phone = pretendAuthenticator({ backupEligible: true, backedUp: true });
    const page = await addPasskey(door, browser, phone, 'Phone');
    expect(page.select('.mark-synced')).toEqual([t.marks.synced]);
  });

  test('several are added; which is offered first is the person’s choice, and holds at once', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, 'Key');
    const secret = await addApp(door, browser, 'App');
    expect(browser.page.text).toContain('2 ways are set up');
    const [, second = ''] = names(browser.page);
    const page = await browser.submit(form(browser.page, '/prefer'));
    expect(statuses(page)).toEqual([expect.stringContaining(`“${second}” is offered first`)]);
    expect(names(page)[0]).toBe(second);
    expect(page.select('article .mark-first')).toHaveLength(1);
    later(minutes(16));
    await browser.open(pageOf(door, '/prove'));
    await logIn(browser);
    expect(browser.page.forms.some(({ id }) => id === 'step-up')).toBe(second === 'App');
    expect(codeOf(door, secret)).toMatch(/^\d{6}$/);
  });

  test('an empty name gets one, and two of a name are told apart', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, ' ');
    await addPasskey(door, browser, pretendAuthenticator(), t.names.webauthn);
    expect(new Set(names(browser.page))).toEqual(new Set([t.names.webauthn, `${t.names.webauthn} 2`]));
  });

  test('the same one is not added twice: the browser is told which there are, and a form sent twice adds one', async () => {
    const browser = await atAuthenticators(door);
    await browser.open(pageOf(door, '/passkey'));
    const sent = answerPasskey(browser, 'passkey', device, { name: 'Key' });
    await browser.submit(sent);
    const page = await browser.submit(sent);
    expect(names(page)).toEqual(['Key']);
    expect(statuses(page)).toEqual([expect.stringContaining('“Key” was added')]);
    await browser.open(pageOf(door, '/passkey'));
    expect(() => answerPasskey(browser, 'passkey', device)).toThrow(/InvalidStateError|already|excluded/i);
  });

  test('it is tried without a service, and what it proves opens nothing', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, 'Key');
    later(minutes(16));
    await browser.open(pageOf(door));
    await browser.follow(t.test);
    const page = await browser.submit(answerPasskey(browser, 'test', device));
    expect(statuses(page)).toEqual([expect.stringContaining('“Key” confirmed')]);
    expect(loginForm(await browser.open(pageOf(door, '/totp')))).toBeDefined();
  });

  test('a key of somebody else is no proof; nor is an answer that comes twice', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, 'Key');
    await browser.follow(t.test);
    const sent = answerPasskey(browser, 'test', device);
    const forged = fillIn(sent, {
      response: device.get(browser.page.attributes('#test', 'data-options')[0] ?? '', {
        origin: door.baseUrl,
        lies: { anotherKey: true },
      }),
    });
    expect(alerts(await browser.submit(forged))).toEqual([expect.stringContaining('did not fit')]);
    await browser.submit(sent);
    expect(alerts(await browser.submit(sent))).toHaveLength(1);
  });

  test('it opens the pages that need a fresh proof, and is removed', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, 'Key');
    later(minutes(16));
    await browser.open(pageOf(door));
    await browser.follow(t.remove);
    await logIn(browser);
    await stepUp(browser, device);
    expect(browser.page.text).toContain(t.removal.last);
    const page = await browser.submit(form(browser.page, 'remove'));
    expect(names(page)).toEqual([]);
  });

  test('instead of the password it opens the portal, where it checks the finger itself', async () => {
    const browser = await atAuthenticators(door);
    await addPasskey(door, browser, device, 'Key');
    later();
    browser.clearCookies();
    await browser.open(pageOf(door));
    const page = await stepUp(browser, device);
    expect(names(page)).toEqual(['Key']);
    expect(deliveryForm(await browser.open(door.ask()))).toBeDefined();
  });
});

describe('attack: another person’s authenticators', () => {
  test('their ids do nothing in one’s own forms, and nobody learns that they are there', async () => {
    const victim = await atAuthenticators(door);
    await addApp(door, victim, 'victim');
    const id = form(victim.page, '/rename').fields.find(({ name }) => name === 'authenticator')?.value ?? '';
    const thief = await atAuthenticators(door, teacher);
    await addApp(door, thief, 'thief');
    for (const part of ['remove', 'export', 'test']) {
      const page = await thief.open(pageOf(door, `/${part}?authenticator=${id}`));
      const made = await thief.open(pageOf(door, `/${part}?authenticator=${'A'.repeat(id.length)}`));
      expect([alerts(page).length, names(page)]).toEqual([1, ['thief']]);
      expect(alerts(made).join()).toBe(alerts(page).join());
    }
    const own = form(thief.page, '/rename');
    const stolen = {
      ...own,
      fields: own.fields.map((one) => (one.name === 'authenticator' ? { ...one, value: id } : one)),
    };
    expect((await thief.submit(stolen)).status).toBe(403);
    expect((await thief.submit(form(victim.page, '/rename'))).status).toBe(403);
    expect(names(await victim.open(pageOf(door)))).toEqual(['victim']);
  });

  test('a page that the person before had open in the same browser', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'mine');
    const sent = form(browser.page, '/rename');
    browser.removeCookie('gakumon-session');
    await browser.open(pageOf(door));
    await logIn(browser, teacher);
    expect((await browser.submit(sent)).status).toBe(403);
  });
});
