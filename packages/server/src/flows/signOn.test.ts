import { minutes, statuses } from '@gakumon/terms';
import { fillIn, pretendBrowser, testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, responseOf, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

/** What an SP makes of an answer. */
const expected = (requestId: string) => ({
  requestId,
  idpEntityId: door.entityId,
  idpCertificates: [testKeys.idpSigning.certificatePem],
});
const sessionCookie = /^gakumon-session=/;

describe('a sign-on', () => {
  test('from the request of an SP to an answer that it accepts', async () => {
    const browser = pretendBrowser({ language: 'ja' });
    const sent = door.sp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`, { relayState: 'cookie:"<&>' });
    const page = await browser.open(sent.url);
    expect(page.status).toBe(200);
    expect(page.language).toBe('ja');
    expect(page.text).toContain('練習用サービス');
    const answer = await logIn(browser);
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
    expect(deliveryForm(answer)?.fields.find(({ name }) => name === 'RelayState')?.value).toBe('cookie:"<&>');
    expect(deliveryForm(answer)?.buttons).toHaveLength(1);
    expect(door.sp.read(responseOf(answer), expected(sent.id)).assertion).toBeDefined();
  });

  test('sets a session cookie only when a session begins', async () => {
    const browser = pretendBrowser();
    const page = await browser.open(door.ask());
    expect(page.hops.flatMap(({ setCookie }) => setCookie).filter((line) => sessionCookie.test(line))).toEqual([]);
    const answer = await logIn(browser);
    const set = answer.hops.flatMap(({ setCookie }) => setCookie).filter((line) => sessionCookie.test(line));
    expect(set).toEqual([expect.stringMatching(/^gakumon-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)]);
  });

  test('at a second service asks for nothing', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    await logIn(browser);
    const second = door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`);
    const answer = await browser.open(second.url);
    expect(deliveryForm(answer)?.action).toBe(door.secondSp.acs);
    expect(door.secondSp.read(responseOf(answer), expected(second.id)).assertion).toBeDefined();
  });

  test.each(['true', '1'] as const)('with ForceAuthn=%s asks again in spite of a session', async (forceAuthn) => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    await logIn(browser);
    const page = await browser.open(door.ask({ forceAuthn }));
    expect(page.text).toMatch(/confirm that it is you/);
    expect(responseOf(await logIn(browser))).toMatch(/^[\w+/=]+$/);
  });

  test('with IsPassive shows no login page: the SP is told', async () => {
    const sent = door.sp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`, { isPassive: true });
    const page = await pretendBrowser().open(sent.url);
    expect(page.hops.flatMap(({ setCookie }) => setCookie)).toEqual([]);
    const { status } = door.sp.read(responseOf(page), { ...expected(sent.id), requireEncryption: false });
    expect(status.second).toBe(statuses.noPassive);
  });

  test('that the person cancels is told to the SP, without a password and without a session', async () => {
    const browser = pretendBrowser();
    const sent = door.sp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`);
    await browser.open(sent.url);
    const page = await browser.submit(loginForm(browser.page), { button: 'decline' });
    expect(page.hops.flatMap(({ setCookie }) => setCookie)).toEqual([]);
    const { status } = door.sp.read(responseOf(page), { ...expected(sent.id), requireEncryption: false });
    expect(status.second).toBe(statuses.authnFailed);
  });

  test('that nobody asked for starts with Shibboleth’s parameters', async () => {
    const browser = pretendBrowser();
    const query = new URLSearchParams({
      providerId: door.sp.entityId,
      shire: door.sp.acs,
      target: 'https://sp.example.org/x',
    });
    await browser.open(`${door.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?${query}`);
    const answer = await logIn(browser);
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
    const relayState = deliveryForm(answer)?.fields.find(({ name }) => name === 'RelayState')?.value;
    expect(relayState).toBe('https://sp.example.org/x');
  });

  test('that nobody asked for goes to no address outside the metadata', async () => {
    const query = new URLSearchParams({ providerId: door.sp.entityId, shire: 'https://evil.example/acs' });
    const page = await pretendBrowser().open(`${door.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?${query}`);
    expect([page.status, page.forms.length]).toEqual([403, 0]);
    expect(page.body).not.toContain('evil.example');
  });

  test('starts from the list of services on the front page', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(`${door.baseUrl}/`);
    const page = await browser.follow('Practice service');
    expect(loginForm(page).action).toBe(`${door.baseUrl}/idp/login`);
    await logIn(browser);
    expect(deliveryForm(browser.page)?.action).toBe(door.sp.acs);
  });
});

describe('a password that is not right', () => {
  test('leads back to the same page, with a message that stays and the name as it was typed', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    const page = await logIn(browser, { password: 'Hunter2-secret' });
    expect(page.hops.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 303],
      ['GET', 200],
    ]);
    expect(page.select('[role=alert]')).toEqual([
      expect.stringMatching(/user name or the password is not right.*Reference: \w{4}-\w{2}/s),
    ]);
    expect(page.attributes('[role=alert] a', 'href')).toEqual(['#username', '#password']);
    expect(page.attributes('#username', 'value')).toEqual([student.username]);
    expect(page.attributes('#password', 'value')).toEqual([]);
    expect(page.body).not.toContain('Hunter2-secret');
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });

  test('with a mail address for a name brings a hint', async () => {
    const browser = pretendBrowser({ language: 'ja' });
    await browser.open(door.ask());
    const page = await logIn(browser, { username: 'someone@example.ac.jp', password: 'x' });
    expect(page.select('[role=alert]')).toEqual([expect.stringMatching(/メールアドレスが入力されたようです/)]);
  });

  test('says the same for a person who does not exist', async () => {
    const answers = [student.username, 'z9999999'].map(async (username) => {
      const browser = pretendBrowser({ language: 'en' });
      await browser.open(door.ask());
      const page = await logIn(browser, { username, password: 'wrong' });
      const alert = page.select('[role=alert]').map((text) => text.replace(/[0-9A-Z]{4}-[0-9A-Z]{2}/, ''));
      return [page.status, alert];
    });
    const [known, unknown] = await Promise.all(answers);
    expect(unknown).toEqual(known);
  });

  test('and an empty field are asked for again', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    const page = await logIn(browser, { password: '' });
    expect(page.select('[role=alert]')).toEqual([expect.stringMatching(/both your user name and your password/)]);
  });

  test('in a query is not a password', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    const form = fillIn(loginForm(browser.page), { username: '', password: '' });
    const page = await browser.submit({
      ...form,
      action: `${form.action}?username=${student.username}&password=${student.password}`,
    });
    expect(page.select('[role=alert]')).toEqual([expect.stringMatching(/both your user name and your password/)]);
  });

  test('too often is answered with a time to wait, and then the right one has to wait as well', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    for (let i = 0; i < 12; i += 1) await logIn(browser, { password: 'guess' });
    const page = await logIn(browser);
    expect(page.select('[role=alert]')).toEqual([expect.stringMatching(/about \d+ minutes/)]);
    expect(deliveryForm(page)).toBeUndefined();
    door.clock.advance(minutes(11));
    expect(deliveryForm(await logIn(browser))?.action).toBe(door.sp.acs);
  });
});

test('a name that is markup stays text on every page', async () => {
  const browser = pretendBrowser();
  const pages = [await browser.open(`${door.baseUrl}/`)];
  pages.push(await browser.open(door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`).url));
  pages.push(await logIn(browser, { username: '"><script>alert(1)</script>', password: 'x' }));
  pages.push(await logIn(browser));
  pages.push(await browser.reload());
  for (const page of pages) {
    expect(page.body).not.toMatch(/<script>/);
    expect(page.text).toContain('alert(');
  }
});

test('neither the log nor any address holds a password, a message or an attempt', async () => {
  const browser = pretendBrowser();
  await browser.open(door.ask());
  await logIn(browser, { password: 'Hunter2-secret' });
  await logIn(browser);
  const log = JSON.stringify(door.log);
  expect(log).toContain('/idp/login');
  for (const secret of [
    'Hunter2',
    student.password,
    'SAMLRequest',
    'SAMLResponse',
    'attempt=',
    'csrf',
    'gakumon-session',
  ]) {
    expect(log).not.toContain(secret);
  }
  for (const { value } of browser.cookies()) expect(log).not.toContain(value);
});

test('a request that loads ahead of need uses up no login', async () => {
  const browser = pretendBrowser();
  await browser.open(door.ask());
  await logIn(browser);
  const url = door.ask();
  const cookie = browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const ahead = await fetch(url, { headers: { cookie, 'sec-purpose': 'prefetch' } });
  const head = await fetch(url, { method: 'HEAD', headers: { cookie } });
  expect([ahead.status, head.status]).toEqual([503, 405]);
  expect(deliveryForm(await browser.open(url))?.action).toBe(door.sp.acs);
});
