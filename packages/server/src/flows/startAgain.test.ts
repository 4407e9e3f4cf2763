import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { minutes, seconds } from '@gakumon/terms';
import { fillIn, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import { alerts, form, hasForm, pageOf } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, loginForm, openTestDoor, student, type TestDoor } from './testDoor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const mfa = 'https://refeds.org/profile/mfa';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ totpSecrets: { [student.username]: secret } });
});
// Each code is good once: every test has steps of its own.
beforeEach(() => door.clock.advance(minutes(70)));

const codeNow = (): string => computeOtp(secret, otpStepOf(door.clock()));
const wrongCode = (): string => String((Number(codeNow()) + 500_000) % 1_000_000).padStart(6, '0');
const askMfa = () => door.ask({ requestedAuthnContext: { classes: [mfa] } });
const typeCode = (browser: PretendBrowser, otp: string): Promise<Page> =>
  browser.submit(fillIn(form(browser.page, 'step-up'), { otp }));

/** Three wrong codes; a right one before them, in a login of its own, has the count begin at the front. */
async function typeThreeWrong(browser: PretendBrowser): Promise<Page> {
  const wrong = wrongCode();
  await typeCode(browser, wrong);
  await typeCode(browser, wrong);
  return typeCode(browser, wrong);
}

/** A browser with a session that only a password began. */
async function signedIn(): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  expect(deliveryForm(await logIn(browser))).toBeDefined();
  return browser;
}

/** The case that a page names. */
const caseOn = async (page: Page) => {
  const reference = /Reference: (\w{4}-\w{2})/.exec(alerts(page).join())?.[1];
  const found = await door.parts.idp.cases.find(reference as never);
  return { ...found, told: (found?.timeline ?? []).map(({ kind, text }) => `${kind}: ${text}`) };
};

describe('the third wrong code of somebody who is signed in', () => {
  test('at a service: the password is really asked for, the page says why, and nobody is signed in until then', async () => {
    const browser = await signedIn();
    await browser.open(askMfa());
    const page = await typeThreeWrong(browser);
    expect(loginForm(page)).toBeDefined();
    expect(alerts(page)).toEqual([expect.stringMatching(/three wrong one-time codes.*Enter your password again/s)]);
    expect(loginForm(await pretendedAgain(browser))).toBeDefined();
    await browser.open(askMfa());
    await logIn(browser);
    expect(deliveryForm(await typeCode(browser, codeNow()))).toBeDefined();
  });

  test('at the portal: the same, and the case tells what led to it', async () => {
    const browser = await signedIn();
    await browser.open(pageOf(door, '/prove'));
    if (hasForm(browser.page, 'login')) await logIn(browser);
    const page = await typeThreeWrong(browser);
    expect(loginForm(page)).toBeDefined();
    expect(alerts(page)).toEqual([expect.stringMatching(/three wrong one-time codes.*Enter your password again/s)]);
    expect(await caseOn(page)).toMatchObject({ code: 'otp-start-again', username: student.username });
    expect(loginForm(await pretendedAgain(browser))).toBeDefined();
    await browser.open(pageOf(door, '/prove'));
    await logIn(browser);
    door.clock.advance(seconds(30));
    expect((await typeCode(browser, codeNow())).title).toContain(pageTexts.en.authenticators.title);
  });
});

/** Asks for what the session alone was enough for. */
const pretendedAgain = (browser: PretendBrowser): Promise<Page> => browser.open(door.ask());

describe('the case of a refusal at the portal', () => {
  test('has whose it is, the attempt, and what led to it', async () => {
    const browser = await signedIn();
    await browser.open(pageOf(door, '/prove'));
    if (hasForm(browser.page, 'login')) await logIn(browser);
    const wrong = wrongCode();
    const first = await caseOn(await typeCode(browser, wrong));
    expect(first).toMatchObject({ code: 'otp-wrong', username: student.username, serviceProvider: undefined });
    expect(first.told).toEqual([
      'asked: pages about oneself, to manage',
      'proved: password from 127.0.0.1',
      'placed: 127.0.0.1: in no named network',
      'required: missing: totp, or webauthn',
      expect.stringMatching(
        /^tried: one-time code of "[^"]+": otp-wrong \(2 left\); [1-9] of 9 wrong codes in this hour$/,
      ),
      'told: page otp-wrong',
    ]);
    const second = await caseOn(await typeCode(browser, wrong));
    expect(second.attempt).toBe(first.attempt);
    expect(JSON.stringify([first, second])).not.toContain(wrong);
    await typeCode(browser, codeNow());
  });

  test('of a wrong password looks nobody up, and has the attempt too', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(`${door.baseUrl}/portal`);
    const found = await caseOn(await logIn(browser, { ...student, password: 'not this one' }));
    expect(found).toMatchObject({ code: 'credentials-wrong', attempt: expect.any(String) });
    expect(found.told.map((line) => line.split(':')[0])).toEqual(['asked', 'placed', 'tried', 'told']);
  });

  test('of a try without any service too', async () => {
    const browser = await signedIn();
    await browser.open(pageOf(door));
    await browser.follow(pageTexts.en.authenticators.test);
    const found = await caseOn(await browser.submit(fillIn(form(browser.page, 'test'), { otp: wrongCode() })));
    expect(found).toMatchObject({ code: 'otp-wrong', username: student.username });
    expect(found.told).toEqual(
      expect.arrayContaining([
        'asked: pages about oneself, to view',
        'proved: password from 127.0.0.1',
        'placed: 127.0.0.1: in no named network',
        expect.stringMatching(
          /^tried: one-time code of "[^"]+" in a trial \("Test it"\), which is no login: otp-wrong \(\d left\); [1-9] of 9 wrong codes in this hour$/,
        ),
      ]),
    );
  });

  test('of a wrong code while an app is set up', async () => {
    const browser = await signedIn();
    await browser.open(pageOf(door, '/totp'));
    if (hasForm(browser.page, 'login')) await logIn(browser);
    if (hasForm(browser.page, 'step-up')) await typeCode(browser, codeNow());
    const wrong = wrongCode();
    const found = await caseOn(await browser.submit(fillIn(form(browser.page, 'totp'), { otp: wrong })));
    expect(found).toMatchObject({ code: 'otp-wrong', username: student.username });
    expect(found.told).toContain('tried: one-time code while setting up: otp-wrong');
    expect(JSON.stringify(found)).not.toContain(wrong);
  });
});

test('who has nothing that the policy asks for at the portal, and may not enrol it, is told with a case', async () => {
  const policy = { rules: [{ name: 'always', require: 'mfa' }], enrolment: [] };
  const closed = await openTestDoor({ totpSecrets: { nobody: secret }, policy: { ...policy } });
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(`${closed.baseUrl}/portal`);
  const page = await logIn(browser);
  const reference = /\b([2-9A-Z]{4}-[2-9A-Z]{2})\b/.exec(page.text)?.[1];
  const found = await closed.parts.idp.cases.find(reference as never);
  expect(found).toMatchObject({ code: 'step-up-unreachable', username: student.username });
  expect(found?.timeline?.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['asked', 'rule', 'required', 'told']),
  );
});
