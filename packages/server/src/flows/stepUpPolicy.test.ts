import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { type AuthenticatorId, minutes, type Username } from '@gakumon/terms';
import {
  type Form,
  fillIn,
  type Page,
  type PretendBrowser,
  pretendAuthenticator,
  pretendBrowser,
} from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { deliveryForm, logIn, loginForm, openTestDoor, responseOf, student, type TestDoor } from './testDoor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const everywhere = {
  name: 'everybody-needs-mfa',
  require: 'mfa',
  text: { ja: '二段階認証が必要です。', en: 'From this term on, one password is not enough.' },
};
const campusIsHere = { campus: { include: ['127.0.0.0/8'], text: { ja: '学内', en: 'the campus network' } } };
const campusIsElsewhere = { campus: { include: ['10.0.0.0/8'], text: { ja: '学内', en: 'the campus network' } } };
const enrolment = [{ name: 'on-campus', when: { network: 'campus' }, for: 'first' }];

const alerts = (page: Page): readonly string[] => page.select('[role=alert]');

/** The form of that id. @throws Error when the page has none */
function form(page: Page, id: string): Form {
  const found = page.forms.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no form ${id} at ${page.url}: ${page.status} ${page.text}`);
  return found;
}

async function afterPassword(door: TestDoor, typed: Parameters<typeof logIn>[1] = {}): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  await logIn(browser, typed);
  return browser;
}

const choose = (browser: PretendBrowser, button: string, id = 'ways'): Promise<Page> =>
  browser.submit(form(browser.page, id), { button });
const typeCode = (browser: PretendBrowser, id: string, otp: string): Promise<Page> =>
  browser.submit(fillIn(form(browser.page, id), { otp }));

/** Another authenticator of the student, beside that of the directory. */
async function addPhone(door: TestDoor, name: string): Promise<void> {
  const { authenticators, clock } = door.parts.idp;
  const origin = 'enrolled' as const;
  const made = { id: 'phone' as AuthenticatorId, name, origin, secret, createdAt: clock(), lastUsed: undefined };
  const phone = { ...made, kind: 'totp', isShared: false, drift: 0 } as const;
  await authenticators.change(student.username as Username, (record) => ({ ...record, authenticators: [phone] }));
}

const keyOf = (page: Page): string => page.select('.key code').join('').replaceAll(' ', '');

describe('somebody who has nothing yet, where they may set it up', () => {
  const open = () => openTestDoor({ policy: { networks: campusIsHere, rules: [everywhere], enrolment } });

  test('sets up an app in the middle of the login, and goes on to the service', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    expect(browser.page.text).toContain(everywhere.text.en);
    const page = await choose(browser, 'totp');
    expect(page.body).toContain('<svg');
    const key = keyOf(page);
    expect(keyOf(await browser.reload())).toBe(key);
    const wrong = await typeCode(browser, 'totp', '12345');
    expect(alerts(wrong)).toHaveLength(1);
    expect(keyOf(wrong)).toBe(key);
    const answer = await typeCode(browser, 'totp', computeOtp(key, otpStepOf(door.clock())));
    expect(deliveryForm(answer)?.action).toBe(door.sp.acs);
  });

  test('leaves it, and takes it up again at the next login in the same browser', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    const key = keyOf(await choose(browser, 'totp'));
    const back = await choose(browser, 'decline');
    expect(Buffer.from(responseOf(back), 'base64').toString()).toContain('NoAuthnContext');
    door.clock.advance(minutes(20));
    await browser.open(door.ask());
    await logIn(browser);
    expect(keyOf(await choose(browser, 'totp'))).toBe(key);
    const answer = await typeCode(browser, 'totp', computeOtp(key, otpStepOf(door.clock())));
    expect(deliveryForm(answer)).toBeDefined();
  });

  test('whose key is too old is told to scan anew, and what to do with the earlier entry', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    const key = keyOf(await choose(browser, 'totp'));
    const { authenticators } = door.parts.idp;
    await authenticators.change(student.username as Username, (record) => ({ ...record, pendingTotps: [] }));
    const anew = await typeCode(browser, 'totp', computeOtp(key, otpStepOf(door.clock())));
    expect(alerts(anew)).toEqual([expect.stringMatching(/scan the QR code again.*Delete the earlier entry/)]);
    expect(anew.attributes('#otp', 'aria-invalid')).toEqual([]);
    const fresh = keyOf(anew);
    expect(fresh).not.toBe(key);
    const answer = await typeCode(browser, 'totp', computeOtp(fresh, otpStepOf(door.clock())));
    expect(deliveryForm(answer)).toBeDefined();
  });

  test('has more than ten minutes for it', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    const key = keyOf(await choose(browser, 'totp'));
    door.clock.advance(minutes(40));
    const answer = await typeCode(browser, 'totp', computeOtp(key, otpStepOf(door.clock())));
    expect(deliveryForm(answer)).toBeDefined();
  });

  test('changes the language, and is at the same key', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    const key = keyOf(await choose(browser, 'totp'));
    const page = await browser.submit(form(browser.page, 'language'), { button: 'ja' });
    expect(page.language).toBe('ja');
    expect(keyOf(page)).toBe(key);
  });

  test('sets up a passkey, and signs in with it alone the next time', async () => {
    const door = await open();
    const device = pretendAuthenticator();
    const browser = await afterPassword(door);
    await choose(browser, 'webauthn');
    const [options = ''] = browser.page.attributes('#passkey', 'data-options');
    const response = device.create(options, { origin: door.baseUrl });
    const answer = await browser.submit(fillIn(form(browser.page, 'passkey'), { response }));
    expect(deliveryForm(answer)).toBeDefined();

    const other = pretendBrowser({ language: 'en' });
    await other.open(door.ask());
    expect(loginForm(other.page)).toBeDefined();
    const [asked = ''] = other.page.attributes('#passkey', 'data-options');
    const proved = device.get(asked, { origin: door.baseUrl });
    const replay = fillIn(form(other.page, 'passkey'), { response: proved });
    expect(deliveryForm(await other.submit(replay))).toBeDefined();

    const third = pretendBrowser({ language: 'en' });
    await third.open(door.ask());
    await third.submit(fillIn(form(third.page, 'passkey'), { response: proved }));
    expect(loginForm(third.page)).toBeDefined();
    expect(alerts(third.page)).toHaveLength(1);
  });
});

describe('somebody who has nothing yet, where they may not set it up', () => {
  const open = () =>
    openTestDoor({
      policy: {
        networks: campusIsElsewhere,
        rules: [{ ...everywhere, when: { network: { not: 'campus' } }, text: undefined }],
        enrolment,
      },
    });

  test('is told which side of which network they are on, from where it works, and how to go back', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    expect(browser.page.status).toBe(403);
    expect(browser.page.text).toMatch(
      /You are connected from outside the campus network \(your address is 127\.0\.0\.1\)/,
    );
    expect(browser.page.text).toMatch(/You can sign in to this service from the campus network/);
    expect(browser.page.text).toMatch(/Reference \w{4}-\w{2}/);
    const back = await choose(browser, 'decline', 'leave');
    expect(Buffer.from(responseOf(back), 'base64').toString()).toContain('NoAuthnContext');
  });

  test('attack: enrolment with a stolen password, by the form of another login', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    const attempt = form(browser.page, 'leave').fields.find(({ name }) => name === 'attempt')?.value ?? '';
    const page = await browser.open(`${door.baseUrl}/idp/sso?attempt=${attempt}&way=totp`);
    expect(page.body).not.toContain('<svg');
    expect(keyOf(page)).toBe('');
  });
});

describe('several ways', () => {
  test('are offered beside each other; the chosen one stands in the address', async () => {
    const door = await openTestDoor({
      policy: { networks: campusIsHere, rules: [everywhere], enrolment: [{ name: 'any', for: 'any' }] },
      totpSecrets: { [student.username]: secret },
    });
    await addPhone(door, 'my phone');
    const browser = await afterPassword(door);
    const before = browser.page.text;
    const [other = ''] = browser.page.attributes('#ways button', 'value');
    await choose(browser, other);
    expect(browser.page.url).toContain(`way=${other}`);
    expect(browser.page.text).not.toBe(before);
    const { text } = browser.page;
    expect((await browser.reload()).text).toBe(text);
    expect(browser.page.attributes('#step-up [name=authenticator]', 'value')).toEqual([other]);
    await typeCode(browser, 'step-up', '000000');
    expect(alerts(browser.page)).toHaveLength(1);
    const [back = ''] = browser.page.attributes('#ways button', 'value');
    expect(alerts(await choose(browser, back))).toEqual([]);
  });
});

describe('what is announced', () => {
  const from = '2026-04-01';
  const announced = { name: 'soon', require: 'mfa', from, announce: 'P30D' };
  const open = () =>
    openTestDoor({ at: '2026-03-20T03:00:00Z', policy: { networks: campusIsHere, rules: [announced], enrolment } });

  test('is told once, and later goes on to the service', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    expect(browser.page.text).toMatch(/From Wednesday 1 April 2026|From Wednesday, 1 April 2026/);
    expect(deliveryForm(await choose(browser, 'decline', 'notice'))).toBeDefined();
    expect(deliveryForm(await browser.open(door.ask()))).toBeDefined();
  });

  test('can be set up at once', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    await choose(browser, 'accept', 'notice');
    const key = keyOf(await choose(browser, 'totp'));
    const answer = await typeCode(browser, 'totp', computeOtp(key, otpStepOf(door.clock())));
    expect(deliveryForm(answer)).toBeDefined();
    const again = await afterPassword(door);
    expect(deliveryForm(again.page)).toBeDefined();
  });

  test('can be put off in the middle of setting it up', async () => {
    const door = await open();
    const browser = await afterPassword(door);
    await choose(browser, 'accept', 'notice');
    await choose(browser, 'totp');
    expect(deliveryForm(await choose(browser, 'decline'))).toBeDefined();
  });
});

test('who may not open pages of ours from there is told why, and from where they may', async () => {
  const rules = [{ ...everywhere, name: 'off-campus', when: { network: { not: 'campus' } } }];
  const door = await openTestDoor({ policy: { networks: campusIsElsewhere, rules, enrolment } });
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(`${door.baseUrl}/portal`);
  const page = await logIn(browser);
  expect(page.status).toBe(403);
  expect(page.text).toContain(everywhere.text.en);
  expect(page.text).toContain('You can open this page from the campus network');
  expect(page.text).toContain('You can set up a second way to confirm from the campus network');
  expect(page.forms.filter(({ id }) => id === 'leave')).toEqual([]);
  const [other] = page.links.filter(({ href }) => href.includes('language=ja'));
  expect((await browser.open(new URL(other?.href ?? '', page.url).href)).text).toContain(everywhere.text.ja);
});
