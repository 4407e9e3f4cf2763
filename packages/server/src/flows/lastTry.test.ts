import { createHash } from 'node:crypto';
import { minutes } from '@gakumon/terms';
import { type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const cookie = 'gakumon-last-try';
const alerts = (page: Page): readonly string[] => page.select('[role=alert]');
const cookiesOf = (browser: PretendBrowser): Map<string, string> =>
  new Map(browser.cookies().map(({ name, value }) => [name, value]));

/** Opens an address with exactly these cookies. */
async function openWith(url: string, cookies: ReadonlyMap<string, string>): Promise<string> {
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return (await fetch(url, { headers: { cookie: header, 'accept-language': 'en' } })).text();
}

/** A browser after a wrong password. */
async function afterWrongPassword(): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  await logIn(browser, { password: 'wrong' });
  return browser;
}

describe('a refused login', () => {
  test('is shown at an address: reloading sends no password again, and Back is a plain page', async () => {
    const browser = await afterWrongPassword();
    expect(browser.page.url).toMatch(/\/idp\/sso\?attempt=/);
    const reloaded = await browser.reload();
    expect(reloaded.hops.map(({ method }) => method)).toEqual(['GET']);
    expect(alerts(reloaded)).toHaveLength(1);
    browser.back();
    expect(browser.page.hops.map(({ method }) => method)).toEqual(['GET']);
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });

  test('is forgotten after a minute', async () => {
    const browser = await afterWrongPassword();
    door.clock.advance(minutes(1) + 1);
    const page = await browser.reload();
    expect(alerts(page)).toEqual([]);
    expect(page.attributes('#username', 'value')).toEqual(['']);
  });

  test('keeps what it says in the other language', async () => {
    const browser = await afterWrongPassword();
    const [form] = browser.page.forms;
    const page = await browser.submit(form as NonNullable<typeof form>, { button: 'ja' });
    expect(alerts(page)).toEqual([expect.stringMatching(/ユーザ名かパスワードが違います/)]);
    expect(page.attributes('#username', 'value')).toEqual([student.username]);
  });

  test('is shown directly, with its status, when the attempt is too long for an address', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const relayState = Array.from({ length: 40 }, (_, i) => createHash('sha512').update(`${i}`).digest('base64'));
    await browser.open(door.ask({ relayState: relayState.join('') }));
    const page = await logIn(browser, { password: 'wrong' });
    expect(page.hops.map(({ method, status }) => [method, status])).toEqual([['POST', 401]]);
    expect(page.headers['www-authenticate']).toBeUndefined();
    expect(alerts(page)).toHaveLength(1);
  });
});

describe('attack: made to believe that a password was wrong', () => {
  test('by a link to the page of somebody else’s refused login', async () => {
    const attacker = await afterWrongPassword();
    const victim = pretendBrowser({ language: 'en' });
    await victim.open(door.ask());
    const page = await victim.open(attacker.page.url);
    expect(loginForm(page)).toBeDefined();
    expect(alerts(page)).toEqual([]);
    expect(page.body).not.toContain(student.username);
  });

  test('by the sealed cookie of another browser', async () => {
    const attacker = await afterWrongPassword();
    const victim = pretendBrowser({ language: 'en' });
    await victim.open(door.ask());
    const stolen = cookiesOf(attacker).get(cookie) ?? '';
    const cookies = new Map([...cookiesOf(victim), [cookie, stolen]]);
    expect(await openWith(attacker.page.url, cookies)).not.toMatch(/role="alert"|s1234567/);
    expect(await openWith(attacker.page.url, cookiesOf(attacker))).toMatch(/role="alert"/);
  });

  test('at another login of the same browser', async () => {
    const browser = await afterWrongPassword();
    expect(alerts(await browser.open(door.ask()))).toEqual([]);
  });

  test.each([
    ['changed', (value: string) => `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`],
    ['made up', () => Buffer.from('{"username":"x"}').toString('base64url')],
    ['empty', () => ''],
    ['an attempt of ours', (_value: string, page: Page) => new URL(page.url).searchParams.get('attempt') ?? ''],
  ])('by a cookie that is %s', async (_what, change) => {
    const browser = await afterWrongPassword();
    const cookies = cookiesOf(browser);
    cookies.set(cookie, change(cookies.get(cookie) ?? '', browser.page));
    const html = await openWith(browser.page.url, cookies);
    expect(html).toContain('id="login"');
    expect(html).not.toContain('role="alert"');
  });
});
