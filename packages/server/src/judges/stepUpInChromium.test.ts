import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { chromiumPrograms, describeWith, expectAccessible, keepScreenshot, openBrowser } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { openTestDoor, student, type TestDoor, teacher } from '../flows/testDoor.ts';
import { errorMessages, pageTexts } from '../messages/index.ts';

type Page = Awaited<ReturnType<typeof openBrowser>>;

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const campus = { ja: '学内ネットワーク', en: 'the campus network' };
const rule = { name: 'everybody-needs-mfa', require: 'mfa' };
const onCampus = { campus: { include: ['127.0.0.0/8', '::1/128'], text: campus } };
const offCampus = { campus: { include: ['10.0.0.0/8'], text: campus } };
const enrolment = [{ name: 'on-campus', when: { network: 'campus' }, for: 'first' }];

/** Looked at by axe, by a person later, and for having to scroll sideways. */
async function judge(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name);
  expect(await page.textContent('main')).not.toMatch(/undefined|null|NaN|\{\w+\}/);
  await expectAccessible(page);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect({ name, sideways: Math.max(0, Number(sideways)) }).toEqual({ name, sideways: 0 });
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.fill('#username', username);
  await page.fill('#password', student.password);
  await page.click('#login button >> nth=0');
}

/** Stands in for the service. */
async function awaitService(page: Page): Promise<void> {
  await page.context().route('https://sp.example.org/**', (route) => route.fulfill({ body: 'arrived' }));
}
const arrived = (page: Page) => page.waitForURL('https://sp.example.org/**');

/** A passkey provider that the browser itself pretends to have (CDP, WebAuthn domain). */
async function plugIn(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const add = () =>
    cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  const first = await add();
  return {
    /** Another device, which knows none of the passkeys: the browser says so at once. */
    replace: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', first);
      await add();
    },
  };
}

const openDoor = (policy: Readonly<Record<string, unknown>>): Promise<TestDoor> =>
  openTestDoor({ hostname: 'localhost', policy, totpSecrets: { [student.username]: secret } });

describeWith(chromiumPrograms, 'a person with Chromium who is asked for more than a password', () => {
  const people = [
    { language: 'ja', size: 'phone' },
    { language: 'en', size: 'desktop' },
  ] as const;

  describe.each(people)('who reads $language on a $size', ({ language, size }) => {
    const named = (name: string) => `${name}-${language}-${size}`;
    const t = pageTexts[language].stepUp;

    test('types a code, after a wrong one', async () => {
      const door = await openDoor({ networks: offCampus, rules: [{ ...rule, when: { network: { not: 'campus' } } }] });
      const page = await openBrowser({ language, size });
      await awaitService(page);
      await page.goto(door.ask());
      await logIn(page, student.username);
      await page.waitForSelector('#otp:focus');
      await judge(page, named('step-up'));
      await page.fill('#otp', '000000');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#problem');
      expect(await page.textContent('#problem')).toContain(errorMessages[language]['otp-wrong'].title);
      await page.click('details >> nth=0');
      await page.click('details >> nth=1');
      await judge(page, named('step-up-wrong'));
      await page.fill('#otp', computeOtp(secret, otpStepOf(door.clock())));
      await page.keyboard.press('Enter');
      await arrived(page);
    });

    test('sets up an app, and a passkey, and signs in with it', async () => {
      const door = await openDoor({ networks: onCampus, rules: [rule], enrolment });
      const page = await openBrowser({ language, size });
      await awaitService(page);
      await page.goto(door.ask());
      await judge(page, named('login-with-passkey'));
      await logIn(page, teacher.username);
      await page.waitForSelector('#ways');
      await judge(page, named('enrol'));
      await page.click('[name=way][value=totp]');
      await page.waitForSelector('.qr svg');
      await judge(page, named('enrol-app'));
      await page.click('[name=way][value=webauthn]');
      await page.waitForSelector('#passkey');
      await page.click('details >> nth=0');
      await judge(page, named('enrol-passkey'));
      const key = await plugIn(page);
      await page.click('[data-begin]');
      await arrived(page);

      const context = page.context();
      await context.clearCookies();
      await page.goto(door.ask());
      await page.click('[data-begin]');
      await arrived(page);

      await context.clearCookies();
      await page.goto(door.ask());
      await logIn(page, teacher.username);
      await page.waitForSelector('#passkey');
      await judge(page, named('step-up-passkey'));
      await key.replace();
      await page.click('[data-begin]');
      await page.waitForSelector('[data-messages] [role=alert]');
      await judge(page, named('step-up-passkey-cancelled'));
    }, 120_000);

    test('cannot do it from there', async () => {
      const door = await openDoor({
        networks: offCampus,
        rules: [{ ...rule, when: { network: { not: 'campus' } } }],
        enrolment,
      });
      const page = await openBrowser({ language, size });
      await awaitService(page);
      await page.goto(door.ask());
      await logIn(page, teacher.username);
      await page.waitForSelector('#leave');
      await judge(page, named('unreachable'));
      await page.click('#leave button');
      await arrived(page);
    });

    test('is told in time', async () => {
      const from = new Date(Date.now() + 10 * 24 * 3_600_000).toISOString().slice(0, 10);
      const door = await openDoor({ networks: onCampus, rules: [{ ...rule, from, announce: 'P30D' }], enrolment });
      const page = await openBrowser({ language, size });
      await awaitService(page);
      await page.goto(door.ask());
      await logIn(page, teacher.username);
      await page.waitForSelector('#notice');
      expect(await page.textContent('main')).toContain(t.notice.title);
      await judge(page, named('notice'));
      await page.click('#notice [value=decline]');
      await arrived(page);
    });
  });

  test('reads without JavaScript that a passkey needs it, and takes another way', async () => {
    const door = await openDoor({ networks: onCampus, rules: [rule], enrolment });
    const page = await openBrowser({ language: 'ja', size: 'phone', javaScript: false });
    await page.goto(door.ask());
    expect(await page.locator('[data-begin]').isVisible()).toBe(false);
    await logIn(page, teacher.username);
    await page.click('[name=way][value=webauthn]');
    expect(await page.textContent('noscript')).toContain(pageTexts.ja.stepUp.enrol.noScript);
    await keepScreenshot(page, 'enrol-passkey-without-javascript-ja-phone');
    await page.click('[name=way][value=totp]');
    await page.waitForSelector('svg');
  });
});
