import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { fillIn, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { deliveryForm, logIn, openTestDoor, student, type TestDoor } from './testDoor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const newBrowsers = { rules: [{ name: 'new-browsers', when: { newBrowser: true }, require: 'mfa' }] };
const open = (policy: Readonly<Record<string, unknown>>) =>
  openTestDoor({ policy, totpSecrets: { [student.username]: secret } });

const isAskedForCode = (page: Page): boolean =>
  page.forms.some(({ fields }) => fields.some(({ name }) => name === 'otp'));
const knownCookie = (browser: PretendBrowser) => browser.cookies().find(({ name }) => name.endsWith('gakumon-known'));

async function typePassword(door: TestDoor, browser: PretendBrowser): Promise<Page> {
  await browser.open(door.ask());
  await logIn(browser);
  return browser.page;
}

/** Closes the browser: what was for one sitting goes. */
function close(browser: PretendBrowser): void {
  for (const { name, expires } of browser.cookies()) if (expires === undefined) browser.removeCookie(name);
}

async function typeCode(door: TestDoor, browser: PretendBrowser): Promise<Page> {
  const form = browser.page.forms.find(({ fields }) => fields.some(({ name }) => name === 'otp'));
  if (form === undefined) throw new Error('no code is asked for');
  const otp = computeOtp(secret, otpStepOf(door.parts.idp.clock()));
  return browser.submit(fillIn(form, { otp }));
}

test('a browser that a login was completed in is known when it is opened again, and another one is not', async () => {
  const door = await open(newBrowsers);
  const browser = pretendBrowser({ language: 'en' });
  expect(isAskedForCode(await typePassword(door, browser))).toBe(true);
  expect(knownCookie(browser)).toBeUndefined();
  expect(deliveryForm(await typeCode(door, browser))).toBeDefined();
  expect(knownCookie(browser)).toBeDefined();
  close(browser);
  expect(deliveryForm(await typePassword(door, browser))).toBeDefined();
  expect(isAskedForCode(await typePassword(door, pretendBrowser({ language: 'en' })))).toBe(true);
});

test('attack: at a shared machine, the login of who closed the browser half-way is not gone on with', async () => {
  const door = await open(newBrowsers);
  const browser = pretendBrowser({ language: 'en' });
  await typePassword(door, browser);
  await typeCode(door, browser);
  close(browser);
  const asked = door.ask({ requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } });
  await browser.open(asked);
  await logIn(browser);
  expect(isAskedForCode(browser.page)).toBe(true);
  close(browser);
  await browser.open(asked);
  expect(isAskedForCode(browser.page)).toBe(false);
  expect(browser.page.forms.some(({ fields }) => fields.some(({ name }) => name === 'password'))).toBe(true);
});

test('attack: the password alone, typed for what is less guarded, makes no browser known to what is more', async () => {
  const guarded = { newBrowser: true, service: { entityId: 'https://sp.example.org/shibboleth' } };
  const door = await open({ rules: [{ name: 'sensitive', when: guarded, require: 'mfa' }] });
  const thief = pretendBrowser({ language: 'en' });
  expect(isAskedForCode(await typePassword(door, thief))).toBe(true);
  await thief.open(`${door.baseUrl}/portal`);
  await logIn(thief);
  expect(new URL(thief.page.url).pathname).toBe('/portal');
  expect(knownCookie(thief)).toBeUndefined();
  await thief.open(door.ask());
  expect(isAskedForCode(thief.page)).toBe(true);
});

test('where no rule asks, no browser is given a lasting name', async () => {
  const door = await open({ rules: [] });
  const browser = pretendBrowser({ language: 'en' });
  expect(deliveryForm(await typePassword(door, browser))).toBeDefined();
  expect(knownCookie(browser)).toBeUndefined();
});
