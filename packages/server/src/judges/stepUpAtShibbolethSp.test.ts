import { authnContexts } from '@gakumon/terms';
import {
  describeWith,
  type Form,
  fillIn,
  type Page,
  type PretendBrowser,
  pretendBrowser,
  runProgram,
  type ShibbolethSp,
  shibbolethSpPrograms,
  startShibbolethSp,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { carryOn, environmentOf, messageOn, onlyForm } from './atShibbolethSp.ts';
import { type RunningIdp, startIdp, student, teacher } from './runningIdp.ts';

const { refedsMfa, gakuninAal2, passwordProtectedTransport } = authnContexts;

const policy = `version: 1
networks:
  campus: { include: [192.0.2.0/24], exclude: [192.0.2.128/25], text: { ja: 学内, en: the campus network } }
rules:
  - { name: outside-needs-mfa, when: { network: { not: campus } }, require: mfa }
enrolment:
  - { name: on-campus, when: { network: campus }, for: first }
contexts:
  aal2: { certified: true }
`;

const onCampus = '192.0.2.7';
const onGuestWifi = '192.0.2.200';
const atHome = '203.0.113.9';

/** A browser whose proxy, which is believed, says where it is. */
const browserAt = (address: string): PretendBrowser =>
  pretendBrowser({ language: 'en', headers: { 'X-Forwarded-For': address } });

type Person = Pick<typeof student | typeof teacher, 'username' | 'password'>;
const logIn = (browser: PretendBrowser, { username, password }: Person): Promise<Page> =>
  browser.submit(fillIn(onlyForm(browser.page), { username, password }));

function stepUpForm(page: Page): Form {
  const form = page.forms.find(({ id }) => id === 'step-up');
  if (form === undefined) throw new Error(`no question for a code at ${page.url}: ${page.status} ${page.text}`);
  return form;
}

describeWith([...shibbolethSpPrograms, 'oathtool'], 'a real Shibboleth SP that asks for more than a password', () => {
  let idp: RunningIdp;
  let sp: ShibbolethSp;
  beforeAll(async () => {
    idp = await startIdp({ policy });
    sp = await startShibbolethSp({ idpEntityId: idp.entityId, idpMetadata: await idp.metadata(), host: 'localhost' });
    await idp.register(sp.entityId, await sp.metadata());
    await idp.register(sp.second.entityId, await sp.second.metadata());
  }, 120_000);

  const usedSteps = new Set<string>();
  /** The code that another program makes now; each is good once, so that a second one is that of the next half minute. */
  async function codeOf({ totpSecret }: typeof teacher): Promise<string> {
    for (const offset of [0, 30]) {
      const at = new Date(Date.now() + offset * 1000).toISOString();
      const { stdout } = await runProgram('oathtool', ['--totp', '-b', '--now', at, totpSecret]);
      const code = stdout.trim();
      if (usedSteps.has(code)) continue;
      usedSteps.add(code);
      return code;
    }
    throw new Error('every code that counts now was used');
  }

  const proveSecond = async (browser: PretendBrowser): Promise<Page> =>
    browser.submit(fillIn(stepUpForm(browser.page), { otp: await codeOf(teacher) }));

  const environmentAt = async (browser: PretendBrowser) => environmentOf(sp, await carryOn(browser));

  describe('of somebody who has an app for one-time codes', () => {
    test('gets REFEDS MFA and AAL2 for one login, and an ordinary service of the same session gets a password', async () => {
      const browser = browserAt(onCampus);
      await browser.open(`${sp.baseUrl}/mfa`);
      await logIn(browser, teacher);
      await proveSecond(browser);
      const first = await environmentAt(browser);
      expect(first).toMatchObject({ REQUEST_URI: '/mfa', Shib_AuthnContext_Class: refedsMfa });

      await browser.open(sp.loginUrl({ authnContextClassRef: gakuninAal2 }));
      expect(messageOn(browser.page)).toBeDefined();
      expect(await environmentAt(browser)).toMatchObject({ Shib_AuthnContext_Class: gakuninAal2 });

      await browser.open(sp.second.secureUrl);
      expect(await environmentAt(browser)).toMatchObject({ Shib_AuthnContext_Class: passwordProtectedTransport });
    });

    test('asks a session by password for what is missing only; on campus a password never claims more', async () => {
      const browser = browserAt(onCampus);
      await browser.open(sp.second.secureUrl);
      await logIn(browser, teacher);
      expect(await environmentAt(browser)).toMatchObject({ Shib_AuthnContext_Class: passwordProtectedTransport });

      const page = await browser.open(`${sp.baseUrl}/aal2`);
      expect(page.forms.some(({ id }) => id === 'login')).toBe(false);
      await proveSecond(browser);
      expect(await environmentAt(browser)).toMatchObject({ Shib_AuthnContext_Class: gakuninAal2 });
    });
  });

  test('a session that began by password on campus steps up when it comes from home, and the service need not ask', async () => {
    const headers = { 'X-Forwarded-For': onCampus };
    const browser = pretendBrowser({ language: 'en', headers });
    await browser.open(sp.secureUrl);
    await logIn(browser, teacher);
    expect(await environmentAt(browser)).toMatchObject({ Shib_AuthnContext_Class: passwordProtectedTransport });

    headers['X-Forwarded-For'] = `${onCampus}, ${atHome}`;
    const page = await browser.open(sp.second.secureUrl);
    expect(page.text).toContain('the campus network');
    expect(stepUpForm(page)).toBeDefined();
  });

  describe('of somebody who has nothing but a password', () => {
    test.each([atHome, onGuestWifi])('is told NoAuthnContext from %s, where nothing can be set up', async (address) => {
      const browser = browserAt(address);
      await browser.open(`${sp.baseUrl}/mfa`);
      await logIn(browser, student);
      expect((await carryOn(browser)).text).toMatch(/status:NoAuthnContext/);
    });

    test('on campus the page offers to set one up; turning that down is told to the service', async () => {
      const browser = browserAt(onCampus);
      await browser.open(`${sp.baseUrl}/aal2`);
      const page = await logIn(browser, student);
      expect(page.text).toContain(student.username);
      const offer = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'totp'));
      expect(offer).toBeDefined();
      await browser.submit(offer as Form, { button: 'decline' });
      expect((await carryOn(browser)).text).toMatch(/status:NoAuthnContext/);
    });
  });
});
