import { hours } from '@gakumon/terms';
import { type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const open = async (language: 'ja' | 'en' = 'en'): Promise<PretendBrowser> => {
  const browser = pretendBrowser({ language });
  await browser.open(door.ask());
  return browser;
};

describe('law 4: normal life', () => {
  test('a reloaded login page is shown again, and works', async () => {
    const browser = await open();
    const page = await browser.reload();
    expect(page.status).toBe(200);
    expect(page.select('[role=alert]')).toEqual([]);
    expect(deliveryForm(await logIn(browser))).toBeDefined();
  });

  test('Back to the login page after the answer, and a second submit: already done, with a way on', async () => {
    const browser = await open();
    expect(deliveryForm(await logIn(browser))).toBeDefined();
    browser.back();
    const page = await logIn(browser);
    expect(page.status).toBe(200);
    expect(deliveryForm(page)).toBeUndefined();
    expect(page.text).toMatch(/This sign-in is finished.*You are signed in/s);
    expect(page.links.map(({ href }) => href)).toContain('https://sp.example.org/');
  });

  test('a reloaded answer is not sent twice', async () => {
    const browser = await open();
    await logIn(browser);
    const page = await browser.reload();
    expect(deliveryForm(page)).toBeUndefined();
    expect(page.text).toMatch(/You are signed in/);
  });

  test('the address of the request, opened again after the answer', async () => {
    const url = door.ask();
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(url);
    await logIn(browser);
    const page = await browser.open(url);
    expect(deliveryForm(page)).toBeUndefined();
    expect(page.text).toMatch(/This sign-in is finished/);
  });

  test('the same address in a browser that is not signed in: finished, without saying that one is', async () => {
    const url = door.ask();
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(url);
    await logIn(browser);
    const page = await pretendBrowser({ language: 'en' }).open(url);
    expect(page.text).toMatch(/This sign-in is finished/);
    expect(page.text).not.toMatch(/You are signed in/);
    expect(deliveryForm(page)).toBeUndefined();
  });

  test('a double submit is answered once', async () => {
    const browser = await open();
    const form = loginForm(browser.page);
    const filled = { ...form, fields: form.fields.map((field) => ({ ...field })) };
    for (const field of filled.fields as { name: string; value: string }[]) {
      if (field.name === 'username') field.value = 's1234567';
      if (field.name === 'password') field.value = 'gakumon-demo';
    }
    const [one, two] = await Promise.all([browser.submit(filled), browser.submit(filled)]);
    expect([one, two].filter((page) => deliveryForm(page) !== undefined)).toHaveLength(1);
    expect([one.status, two.status]).toEqual([200, 200]);
  });

  test('a duplicated tab: both can be filled in, one is answered', async () => {
    const browser = await open();
    const first = browser.page;
    await browser.open(first.url);
    expect(deliveryForm(await logIn(browser))).toBeDefined();
    browser.back();
    browser.back();
    expect(browser.page).toBe(first);
    expect((await logIn(browser)).text).toMatch(/This sign-in is finished/);
  });

  test('two services in two tabs of one browser can both be logged in to', async () => {
    const browser = await open();
    await browser.open(door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`).url);
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.secondSp.acs);
    browser.back();
    browser.back();
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });

  test.each(['/idp/login', '/idp/sso'])('a bookmark of %s explains itself and lists the services', async (path) => {
    const page = await pretendBrowser({ language: 'en' }).open(`${door.baseUrl}${path}`);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/Please start from a service/);
    expect(page.links.map(({ text }) => text)).toContain('Practice service');
  });

  test('a page that lay open for too long says so and leads back to the service', async () => {
    const browser = await open();
    door.clock.advance(hours(2));
    const page = await logIn(browser);
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/This sign-in page has grown old/);
    expect(page.links.map(({ href }) => href)).toContain('https://sp.example.org/');
  });

  test('an attempt in which one character was changed is refused, with the services to start from', async () => {
    const browser = await open();
    const form = loginForm(browser.page);
    const fields = form.fields.map((field) =>
      field.name === 'attempt'
        ? {
            ...field,
            value: `${field.value.slice(0, 40)}${field.value[40] === 'A' ? 'B' : 'A'}${field.value.slice(41)}`,
          }
        : field,
    );
    const page = await browser.submit({ ...form, fields });
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/no longer works.*\w{4}-\w{2}/s);
    expect(page.links.map(({ href }) => href)).toContain(`${door.baseUrl}/`);
  });

  test('a message that is an answer to a mistake has a reference that the case store knows', async () => {
    const page = await pretendBrowser({ language: 'en' }).open(`${door.baseUrl}/idp/sso?attempt=AAAA`);
    const [reference = ''] = page.select('.case strong');
    const found = await door.parts.idp.cases.find(reference as never);
    expect(found).toMatchObject({ code: 'attempt-tampered', address: '127.0.0.1' });
    expect(door.log).toContainEqual(expect.objectContaining({ case: reference, code: 'attempt-tampered' }));
  });

  test('an error speaks both languages, and shows nothing of what was sent', async () => {
    const page = await pretendBrowser({ language: 'ja' }).open(
      `${door.baseUrl}/idp/profile/SAML2/Redirect/SSO?SAMLRequest=%3Cscript%3E`,
    );
    expect(page.status).toBe(400);
    expect(page.language).toBe('ja');
    expect(page.attributes('details', 'lang')).toEqual(['en']);
    expect(page.body).not.toMatch(/script|at .*\.ts:/);
  });
});

describe('languages', () => {
  test('the switch on the login page keeps the attempt and is remembered', async () => {
    const browser = await open('ja');
    const [form] = browser.page.forms;
    const page = await browser.submit(form as NonNullable<typeof form>, { button: 'en' });
    expect(page.language).toBe('en');
    expect(page.text).toContain('Practice service');
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
    expect((await browser.open(`${door.baseUrl}/`)).language).toBe('en');
  });

  test('the switch on other pages is a link', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(`${door.baseUrl}/`);
    expect((await browser.follow('日本語')).language).toBe('ja');
    expect((await browser.open(`${door.baseUrl}/idp/profile/Logout`)).language).toBe('ja');
  });
});

describe('signing out', () => {
  test('is asked first, then done, and repeating it is harmless', async () => {
    const browser = await open();
    await logIn(browser);
    expect((await browser.open(`${door.baseUrl}/`)).text).toMatch(/You are signed in on this browser/);
    const asked = await browser.follow(/Logout/);
    expect(asked.text).toMatch(/You opened these services.*Practice service/s);
    const [form] = asked.forms;
    const done = await browser.submit(form as NonNullable<typeof form>);
    expect(done.text).toMatch(/You are signed out.*Practice service/s);
    expect((await browser.reload()).text).toMatch(/You are signed out/);
    expect(browser.cookies().map(({ name }) => name)).not.toContain('gakumon-session');
    expect(loginForm(await browser.open(door.ask()))).toBeDefined();
  });

  test('by a link or an image of another site does not happen', async () => {
    const browser = await open();
    await logIn(browser);
    await browser.open(`${door.baseUrl}/idp/profile/Logout`);
    await browser.open(door.ask());
    expect(deliveryForm(browser.page)).toBeDefined();
  });

  test('a session cookie that was kept from before opens nothing any more', async () => {
    const browser = await open();
    await logIn(browser);
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const [form] = (await browser.open(`${door.baseUrl}/idp/profile/Logout`)).forms;
    await browser.submit(form as NonNullable<typeof form>);
    const page = await (await fetch(door.ask(), { headers: { cookie } })).text();
    expect(page).not.toContain('SAMLResponse');
  });
});
