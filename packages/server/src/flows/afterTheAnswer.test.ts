import { pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sendBeside } from './sendAndHangUp.ts';
import { deliveryForm, logIn, loginForm, openTestDoor, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const open = async () => {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  return browser;
};
const sessionOf = (browser: ReturnType<typeof pretendBrowser>) =>
  browser.cookies().find(({ name }) => name === 'gakumon-session')?.value;

describe('a form that was sent twice', () => {
  test('and whose first answer never came: the second says "signed in", and it is true', async () => {
    const browser = await open();
    const form = loginForm(browser.page);
    const lost = await sendBeside(browser, form, student).answered;
    expect(lost.setCookie.join()).toContain('gakumon-session=');

    const page = await logIn(browser);
    expect(deliveryForm(page)).toBeUndefined();
    expect(page.text).toMatch(/This sign-in is finished.*You are signed in/s);
    expect(sessionOf(browser)).toMatch(/^[\w-]{43}$/);
    expect(deliveryForm(await browser.open(door.ask()))?.action).toBe(door.sp.acs);
  });

  test('and whose sender does not know the password the second time is not signed in', async () => {
    const browser = await open();
    await sendBeside(browser, loginForm(browser.page), student).answered;
    const page = await logIn(browser, { password: 'wrong' });
    expect(page.text).toMatch(/This sign-in is finished/);
    expect(page.text).not.toMatch(/You are signed in/);
    expect(sessionOf(browser)).toBeUndefined();
  });

  test('attack: the finished sign-in, opened in another browser or again without the cookie, gives no session', async () => {
    const browser = await open();
    const form = loginForm(browser.page);
    await sendBeside(browser, form, student).answered;
    const { url } = browser.page;
    for (const visitor of [browser, pretendBrowser({ language: 'en' })]) {
      const page = await visitor.open(url);
      expect(page.text).toMatch(/This sign-in is finished/);
      expect(page.text).not.toMatch(/You are signed in/);
      expect(sessionOf(visitor)).toBeUndefined();
    }
  });
});

test('attack: Back and Cancel after the answer sends the service no second Response', async () => {
  const browser = await open();
  expect(deliveryForm(await logIn(browser))).toBeDefined();
  browser.back();
  const page = await browser.submit(loginForm(browser.page), { button: 'decline' });
  expect(deliveryForm(page)).toBeUndefined();
  expect(page.text).toMatch(/This sign-in is finished/);
});
