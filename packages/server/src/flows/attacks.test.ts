import { createHash } from 'node:crypto';
import { type Form, fillIn, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const evil = 'http://localhost:9/evil';
const fieldOf = (form: Form, name: string): string => form.fields.find((field) => field.name === name)?.value ?? '';

/** A form that stands on a page of some SP or attacker. */
const foreignForm = (action: string, fields: Readonly<Record<string, string>>): Form => ({
  action,
  method: 'post',
  id: undefined,
  fields: Object.entries(fields).map(([name, value]) => ({ name, value, type: 'hidden' })),
  unticked: [],
  buttons: [],
});
const setCookies = (page: { hops: readonly { setCookie: readonly string[] }[] }): string[] =>
  page.hops.flatMap(({ setCookie }) => setCookie);

describe('login CSRF: an attacker logs the victim in as himself', () => {
  test('with his own token, in the victim’s browser', async () => {
    const attacker = pretendBrowser();
    const form = fillIn(loginForm(await attacker.open(door.ask())), student);
    const victim = pretendBrowser({ language: 'en' });
    await victim.open(door.ask());
    const page = await victim.submit(form);
    expect(page.status).toBe(403);
    expect(page.text).toMatch(/could not be sure it was you/);
    expect(setCookies(page)).toEqual([]);
  });

  test('from a page of his own site', async () => {
    const attacker = pretendBrowser();
    const form = fillIn(loginForm(await attacker.open(door.ask())), student);
    const victim = pretendBrowser();
    await victim.open(door.ask());
    const page = await victim.submitFrom(evil, form);
    expect(page.status).toBe(403);
    expect(setCookies(page)).toEqual([]);
    expect(deliveryForm(page)).toBeUndefined();
  });

  test('with the token of the same browser for another login', async () => {
    const browser = pretendBrowser();
    const first = loginForm(await browser.open(door.ask()));
    const second = loginForm(await browser.open(door.ask()));
    const mixed = second.fields.map((field) =>
      field.name === 'csrf' ? { ...field, value: fieldOf(first, 'csrf') } : field,
    );
    expect((await browser.submit(fillIn({ ...second, fields: mixed }, student))).status).toBe(403);
  });

  test('the page that tells so leads back to the login page, which works', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const form = loginForm(await browser.open(door.ask()));
    const broken = form.fields.map((field) => (field.name === 'csrf' ? { ...field, value: '' } : field));
    const page = await browser.submit(fillIn({ ...form, fields: broken }, student));
    expect(page.status).toBe(403);
    await browser.submit(page.forms[0] as Form);
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });
});

test('a browser without cookies is told how to allow them', async () => {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  browser.clearCookies();
  const page = await logIn(browser);
  expect(page.status).toBe(400);
  expect(page.text).toMatch(/did not keep our cookie/);
});

test('signing out by a form of another site, or with a token of another browser, is refused', async () => {
  const browser = pretendBrowser();
  await browser.open(door.ask());
  await logIn(browser);
  const form = (await browser.open(`${door.baseUrl}/idp/profile/Logout`)).forms[0] as Form;
  expect((await browser.submitFrom(evil, form)).status).toBe(403);
  const stolen = foreignForm(form.action, { csrf: 'A'.repeat(43) });
  await browser.open(`${door.baseUrl}/idp/profile/Logout`);
  expect((await browser.submit(stolen)).status).toBe(403);
  expect(deliveryForm(await browser.open(door.ask()))).toBeDefined();
});

describe('the POST binding comes from another site', () => {
  const sso = () => `${door.baseUrl}/idp/profile/SAML2/POST/SSO`;
  const page = 'http://localhost:9/sp';

  test('sets no cookie, and hops to an address of ours where the session is seen', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    await logIn(browser);
    const before = browser.cookies();
    const sent = door.sp.postTo(sso(), { relayState: 'short' });
    const answer = await browser.submitFrom(page, foreignForm(sent.action, sent.fields));
    expect(answer.hops.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 303],
      ['GET', 200],
    ]);
    expect(answer.hops[0]?.requestHeaders.cookie).toBeUndefined();
    expect(answer.hops[0]?.setCookie).toEqual([]);
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
    expect(browser.cookies()).toEqual(before);
  });

  test('hops by a form when the attempt is too long for an address', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    await logIn(browser);
    const relayState = Array.from({ length: 50 }, (_, i) => createHash('sha512').update(`${i}`).digest('base64')).join(
      '',
    );
    const sent = door.sp.postTo(sso(), { relayState });
    const hop = await browser.submitFrom(page, foreignForm(sent.action, sent.fields));
    expect(hop.hops).toHaveLength(1);
    expect(setCookies(hop)).toEqual([]);
    const form = hop.forms.find(({ action }) => action === `${door.baseUrl}/idp/sso`) as Form;
    expect(form.buttons).toHaveLength(1);
    const answer = await browser.submit(form);
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
    expect(fieldOf(deliveryForm(answer) as Form, 'RelayState')).toBe(relayState);
  });

  test('leads a stranger to the login page, which sets the cookie that it needs', async () => {
    const browser = pretendBrowser();
    const sent = door.sp.postTo(sso());
    await browser.submitFrom(page, foreignForm(sent.action, sent.fields));
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });

  test('a dispatcher’s form from another site pushes no cookie out', async () => {
    const browser = pretendBrowser();
    const attempt = fieldOf(loginForm(await browser.open(door.ask())), 'attempt');
    const answer = await browser.submitFrom(page, foreignForm(`${door.baseUrl}/idp/sso`, { attempt }));
    expect(answer.status).toBe(403);
    expect(setCookies(answer)).toEqual([]);
  });

  test('two messages in one form are refused', async () => {
    const sent = door.sp.postTo(sso());
    const form = foreignForm(sent.action, sent.fields);
    const doubled = { ...form, fields: [...form.fields, ...form.fields] };
    expect((await pretendBrowser().submitFrom(page, doubled)).status).toBe(400);
  });

  test.each([
    ['larger than any request', 'SAMLRequest='.padEnd(300_000, 'A'), 413],
    ['no percent-encoded UTF-8', 'SAMLRequest=%ff', 400],
    ['raw bytes that are no UTF-8', Buffer.from([0x53, 0x3d, 0xff]), 400],
    ['empty', '', 400],
  ])('a form that is %s gets a page with a reference', async (_what, body, status) => {
    const answer = await fetch(sso(), {
      method: 'POST',
      body: body as string,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
    });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(/<strong>\w{4}-\w{2}<\/strong>/);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('a compressed form is not unpacked', async () => {
    const answer = await fetch(sso(), {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(400);
  });
});

describe('a made-up X-Forwarded-For', () => {
  test('is not believed from a stranger', async () => {
    const browser = pretendBrowser({
      headers: { 'x-forwarded-for': '10.1.2.3', 'x-request-id': 'spoofed-request-id' },
    });
    await browser.open(`${door.baseUrl}/idp/login`);
    const line = door.log.findLast(({ path }) => path === '/idp/login');
    expect(line).toMatchObject({ address: '127.0.0.1' });
    expect(line?.requestId).not.toBe('spoofed-request-id');
  });
});
