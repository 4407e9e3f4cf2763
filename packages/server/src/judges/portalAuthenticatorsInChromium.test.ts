import { computeOtp, otpStepOf } from '@gakumon/mfa';
import { chromiumPrograms, describeWith, expectAccessible, keepScreenshot, openBrowser } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { offCampus, onCampus } from '../flows/portalAuthenticatorsPages.ts';
import { openTestDoor, student, type TestDoor } from '../flows/testDoor.ts';
import { pageTexts } from '../messages/index.ts';

type Page = Awaited<ReturnType<typeof openBrowser>>;

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** Looked at by axe, by a person later, and for having to scroll sideways. */
async function judge(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name);
  await expectAccessible(page);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect({ name, sideways: Math.max(0, Number(sideways)) }).toEqual({ name, sideways: 0 });
}

async function logIn(page: Page): Promise<void> {
  await page.fill('#username', student.username);
  await page.fill('#password', student.password);
  await page.click('#login button >> nth=0');
}

/** A device that the browser itself pretends to have (CDP, WebAuthn domain). */
async function plugIn(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

const openDoor = (policy: object, totpSecrets: Readonly<Record<string, string>> = {}): Promise<TestDoor> =>
  openTestDoor({ hostname: 'localhost', policy: { ...policy }, totpSecrets });
const pageOf = ({ baseUrl }: TestDoor, part = ''): string => `${baseUrl}/portal/authenticators${part}`;

describeWith(chromiumPrograms, 'a person with Chromium who looks after their authenticators', () => {
  const people = [
    { language: 'ja', size: 'phone' },
    { language: 'en', size: 'desktop' },
  ] as const;

  describe.each(people)('who reads $language on a $size', ({ language, size }) => {
    const named = (name: string) => `authenticators-${name}-${language}-${size}`;
    const t = pageTexts[language].authenticators;

    test('adds an app and a passkey, tries, exports, prefers, renames and removes them', async () => {
      const door = await openDoor(onCampus);
      const code = async (page: Page): Promise<string> => {
        const key = (await page.textContent('.key')) ?? '';
        return computeOtp(key.replaceAll(/\s/g, ''), otpStepOf(door.clock()));
      };
      const page = await openBrowser({ language, size });
      await page.goto(pageOf(door));
      await judge(page, named('login'));
      await logIn(page);
      await page.waitForSelector('#add');
      await judge(page, named('none'));

      await page.click('a[href="/portal/authenticators/totp"]');
      await page.waitForSelector('svg');
      await page.click('summary');
      await judge(page, named('totp'));
      await page.fill('#otp', '000000');
      await page.click('#totp button');
      await page.waitForSelector('[role=alert]');
      await judge(page, named('totp-wrong'));
      await page.fill('#otp', await code(page));
      await page.fill('#name', language === 'ja' ? '自分のスマホ' : 'My phone');
      await page.click('#totp button');
      await page.waitForSelector('article');
      await judge(page, named('one'));

      await plugIn(page);
      await page.click('a[href="/portal/authenticators/passkey"]');
      await page.waitForSelector('#passkey');
      await judge(page, named('passkey'));
      await page.click('#passkey [data-begin]');
      await page.waitForSelector('article >> nth=1');
      await judge(page, named('several'));

      await page.click('form[action$="/prefer"] button');
      await page.waitForSelector('[role=status]');
      await page.click('summary >> nth=0');
      await judge(page, named('preferred'));

      const href = 'a[href^="/portal/authenticators';
      const passkeyCard = page.locator('article', { has: page.locator(`text=${t.kinds.webauthn}`) });
      await passkeyCard.locator(`${href}/test"]`).click();
      await page.waitForSelector('#test');
      await judge(page, named('test-passkey'));
      await page.click('#test [data-begin]');
      await page.waitForSelector('[role=status]');
      await judge(page, named('tried'));

      await page.click(`${href}/export"]`);
      await page.waitForSelector('#export');
      await judge(page, named('export'));
      await page.click('#export button');
      await page.waitForSelector('svg');
      await judge(page, named('export-shown'));

      await page.goto(pageOf(door));
      const appCard = page.locator('article', { has: page.locator(`text=${t.kinds.totp}`) });
      await appCard.locator(`${href}/test"]`).click();
      await page.waitForSelector('#otp');
      await judge(page, named('test-totp'));
      await page.goto(pageOf(door));
      await passkeyCard.locator(`${href}/remove"]`).click();
      await page.waitForSelector('#remove');
      await judge(page, named('remove'));
      await page.click('#remove button');
      await page.waitForSelector('[role=status]');
      await judge(page, named('shared'));
      await page.click(`${href}/remove"]`);
      await page.waitForSelector('#remove');
      await judge(page, named('remove-last'));
      await page.goto(`${door.baseUrl}/portal`);
      await judge(page, named('portal'));
    }, 120_000);

    test('cannot from off campus by a password, and confirms with what there is', async () => {
      const door = await openDoor(offCampus, { [student.username]: secret });
      const page = await openBrowser({ language, size });
      await page.goto(pageOf(door));
      await logIn(page);
      await page.waitForSelector('#add');
      await judge(page, named('closed'));
      await page.click('a[href="/portal/authenticators/prove"]');
      await page.waitForSelector('#otp');
      await judge(page, named('step-up'));
      await page.fill('#otp', computeOtp(secret, otpStepOf(door.clock())));
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=status]');
      expect(await page.textContent('[role=status]')).toContain(t.notices.proved);
      await judge(page, named('proved'));
    }, 60_000);
  });
});
