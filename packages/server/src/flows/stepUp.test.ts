import { createHash } from 'node:crypto';
import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { minutes, seconds } from '@gakumon/terms';
import { type Form, fillIn, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deliveryForm,
  logIn,
  loginForm,
  openTestDoor,
  responseOf,
  student,
  type TestDoor,
  teacher,
} from './testDoor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const mfa = 'https://refeds.org/profile/mfa';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ totpSecrets: { [student.username]: secret } });
});
// Each code is good once: every test has steps of its own.
beforeEach(() => door.clock.advance(minutes(20)));

const codeNow = (offset = 0): string => computeOtp(secret, otpStepOf(door.clock() + offset));
const wrongCode = (): string => String((Number(codeNow()) + 500_000) % 1_000_000).padStart(6, '0');
const alerts = (page: Page): readonly string[] => page.select('[role=alert]:not([hidden])');

/** The form of that id. @throws Error when the page has none */
function form(page: Page, id: string): Form {
  const found = page.forms.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no form ${id} at ${page.url}: ${page.status} ${page.text}`);
  return found;
}

/** A form with the fields of all others on its page; of one name the last counts, as in the simplest of scripts. */
function withEveryField(one: Form, page: Page): Form {
  const fields = [...one.fields, ...page.forms.flatMap((other) => other.fields)];
  return { ...one, buttons: [], fields: [...new Map(fields.map((field) => [field.name, field])).values()] };
}

const askMfa = (options: Parameters<TestDoor['ask']>[0] = {}) =>
  door.ask({ requestedAuthnContext: { classes: [mfa] }, ...options });

/** A browser at the page that asks for the code. */
async function atStepUp(options: Parameters<TestDoor['ask']>[0] = {}): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(askMfa(options));
  await logIn(browser);
  return browser;
}

const typeCode = (browser: PretendBrowser, otp: string): Promise<Page> =>
  browser.submit(fillIn(form(browser.page, 'step-up'), { otp }));

describe('a service that asks for a second factor', () => {
  test('is reached by a script that posts back every hidden field of each page, whichever form it stands in', async () => {
    const browser = pretendBrowser();
    await browser.open(askMfa());
    const { page: first } = browser;
    expect(first.forms.map(({ id }) => id)).toContain('passkey');
    await browser.submit(fillIn(withEveryField(loginForm(first), first), student));
    const second = withEveryField(form(browser.page, 'step-up'), browser.page);
    const answer = await browser.submit(fillIn(second, { otp: codeNow() }));
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
  });

  test('gets an assertion that says so, after password and code', async () => {
    const browser = await atStepUp();
    expect(browser.page.text).toContain('to continue to');
    expect(browser.page.text).toContain(student.username);
    const answer = await typeCode(browser, codeNow());
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
    expect(Buffer.from(responseOf(answer), 'base64').toString()).toBeDefined();
  });

  test('has a page that fills in the code of the telephone, and tells why and for whom it is', async () => {
    const { page } = await atStepUp();
    expect(page.attributes('#otp', 'autocomplete')).toEqual(['one-time-code']);
    expect(page.attributes('#otp', 'inputmode')).toEqual(['numeric']);
    expect(page.attributes('#otp', 'type')).toEqual(['text']);
    expect(page.text).toMatch(/asks for more than a password/);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['content-security-policy']).not.toContain('unsafe-inline');
  });

  test('a session that lacks the factor is asked for the code alone', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    expect(deliveryForm(await logIn(browser))).toBeDefined();
    const page = await browser.open(askMfa());
    expect(page.forms.some(({ id }) => id === 'login')).toBe(false);
    expect(deliveryForm(await typeCode(browser, codeNow()))).toBeDefined();
  });

  test('learns of a cancel', async () => {
    const browser = await atStepUp();
    const answer = await browser.submit(form(browser.page, 'ways'), { button: 'decline' });
    const xml = Buffer.from(responseOf(answer), 'base64').toString();
    expect(xml).toContain('urn:oasis:names:tc:SAML:2.0:status:AuthnFailed');
  });

  test('is told when the person cannot, after a page that says why', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(askMfa());
    const page = await logIn(browser, teacher);
    const xml = Buffer.from(responseOf(page), 'base64').toString();
    expect(xml).toContain('NoAuthnContext');
  });
});

describe('a code that is not right', () => {
  test('is told at an address of ours, with the countdown and the case, until the person moves on', async () => {
    const browser = await atStepUp();
    const page = await typeCode(browser, wrongCode());
    expect(page.hops.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(alerts(page)).toEqual([
      expect.stringMatching(/start again after 2 more wrong codes.*Reference: \w{4}-\w{2}/s),
    ]);
    expect(alerts(await browser.reload())).toHaveLength(1);
    expect(alerts(await typeCode(browser, wrongCode()))).toEqual([expect.stringMatching(/after 1 more wrong code\b/)]);
    expect(deliveryForm(await typeCode(browser, codeNow()))).toBeDefined();
  });

  test('for the third time begins the login anew, and the page says why', async () => {
    const browser = await atStepUp();
    for (const _ of [1, 2, 3]) await typeCode(browser, wrongCode());
    expect(loginForm(browser.page)).toBeDefined();
    expect(alerts(browser.page)).toEqual([expect.stringMatching(/three wrong one-time codes/)]);
    await logIn(browser);
    expect(alerts(browser.page)).toEqual([]);
    expect(deliveryForm(await typeCode(browser, codeNow()))).toBeDefined();
  });

  test.each([
    ['of a device whose clock is slow', -minutes(3), /about 3 minutes slow/],
    ['of a device whose clock is fast', minutes(3), /about 3 minutes fast/],
  ])('%s is told how far, and how to mend it', async (_what, offset, words) => {
    const browser = await atStepUp();
    expect(alerts(await typeCode(browser, codeNow(offset)))).toEqual([expect.stringMatching(words)]);
  });

  test('but was used before says so', async () => {
    await typeCode(await atStepUp(), codeNow());
    expect(alerts(await typeCode(await atStepUp(), codeNow()))).toEqual([expect.stringMatching(/used already/)]);
  });

  test('is kept in the other language', async () => {
    const browser = await atStepUp();
    await typeCode(browser, wrongCode());
    const page = await browser.submit(form(browser.page, 'language'), { button: 'ja' });
    expect(alerts(page)).toEqual([expect.stringMatching(/ワンタイムコードが違います/)]);
  });

  test('is told directly, with its status, when the attempt is too long for an address', async () => {
    const relayState = Array.from({ length: 40 }, (_, i) => createHash('sha512').update(`${i}`).digest('base64'));
    const browser = await atStepUp({ relayState: relayState.join('') });
    const page = await typeCode(browser, wrongCode());
    expect(page.hops.map(({ method, status }) => [method, status])).toEqual([['POST', 401]]);
    expect(alerts(page)).toHaveLength(1);
  });

  test('after ten minutes leads to the password again, in words of its own', async () => {
    const browser = await atStepUp();
    door.clock.advance(minutes(10) + seconds(1));
    const page = await typeCode(browser, codeNow());
    expect(loginForm(page)).toBeDefined();
    expect(alerts(page)).toEqual([expect.stringMatching(/within ten minutes/)]);
  });
});

describe('attack: the step after the password is', () => {
  test('skipped: the address of the attempt alone leads to the password', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(askMfa());
    expect(loginForm(await browser.open(browser.page.url))).toBeDefined();
    const other = await atStepUp();
    await typeCode(other, wrongCode());
    expect(loginForm(await browser.open(other.page.url))).toBeDefined();
  });

  test.each(['step-up', 'webauthn', 'enrol', 'notice'])(
    '/idp/%s posted without the token of its page',
    async (path) => {
      const browser = await atStepUp();
      const { fields } = form(browser.page, 'step-up');
      const body = new URLSearchParams(fields.map(({ name, value }) => [name, value]));
      body.set('csrf', 'AAAA');
      body.set('otp', codeNow());
      const cookie = browser
        .cookies()
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
      const answer = await fetch(`${door.baseUrl}/idp/${path}`, { method: 'POST', body, headers: { cookie } });
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('SAMLResponse');
    },
  );

  test('answered with the code of another person’s authenticator', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    await logIn(browser, teacher);
    const mine = await atStepUp();
    const { fields } = form(mine.page, 'step-up');
    const body = new URLSearchParams(fields.map(({ name, value }) => [name, value]));
    body.set('otp', codeNow());
    body.set('username', student.username);
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const answer = await fetch(`${door.baseUrl}/idp/step-up`, { method: 'POST', body, headers: { cookie } });
    expect(answer.status).toBe(403);
  });

  test('bypassed by a context that is asked for less: a password alone never claims MFA', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    const xml = Buffer.from(responseOf(await logIn(browser)), 'base64').toString();
    expect(xml).not.toContain(mfa);
  });
});
