import { hours } from '@gakumon/terms';
import {
  describeWith,
  fillIn,
  type LdifEntry,
  type Page,
  type PretendBrowser,
  type PrivateSlapd,
  pretendBrowser,
  privateSlapd,
  slapdBase,
  slapdPerson,
  slapdPrograms,
  slapdService,
  testKeys,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { alerts, form, hasForm } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, openTestDoor, responseOf, type TestDoor } from './testDoor.ts';

const given = 'Given-by-the-desk-1';
const chosen = 'ある朝に長い川を歩いて渡る';
/** In seconds, as a password policy counts. */
const day = 86_400;

const ldapTime = (at: number): string => `${new Date(at).toISOString().replace(/[-:T]|\..*/g, '')}Z`;
const agedDays = (count: number): LdifEntry['attributes'] => ({
  pwdChangedTime: ldapTime(Date.now() - hours(24 * count)),
});

describeWith(slapdPrograms, 'a new student of a slapd with a password policy', () => {
  let slapd: PrivateSlapd;
  let door: TestDoor;
  beforeAll(async () => {
    slapd = await privateSlapd({
      policy: {
        pwdMaxAge: 90 * day,
        pwdExpireWarning: 14 * day,
        pwdMaxFailure: 4,
        pwdLockout: 'TRUE',
        pwdFailureCountInterval: day,
        pwdMinLength: 10,
        pwdCheckQuality: 2,
        pwdInHistory: 2,
        pwdMustChange: 'TRUE',
        pwdAllowUserChange: 'TRUE',
        pwdGraceAuthNLimit: 3,
      },
      entries: Object.entries({
        fresh: { ...agedDays(1), pwdReset: 'TRUE' },
        changing: { ...agedDays(1), pwdReset: 'TRUE' },
        guessed: agedDays(1),
        expired: agedDays(91),
        soon: agedDays(80),
        later: { ...agedDays(1), employeeNumber: '2999-04-01' },
        left: { ...agedDays(1), employeeType: 'graduated' },
      }).map(([uid, attributes]) => slapdPerson(uid, { userPassword: given, ...attributes })),
    });
    door = await openTestDoor({
      stores: { sessions: 'memory' },
      env: { LDAP_PASSWORD: slapdService.password },
      directory: [
        {
          name: 'students',
          ldap: {
            servers: slapd.url,
            dialect: 'openldap',
            bind: { dn: slapdService.dn, password: { env: 'LDAP_PASSWORD' } },
            people: { base: `ou=people,${slapdBase}` },
            account: { opens: 'employeeNumber', left: { attribute: 'employeeType', values: ['graduated'] } },
            passwords: { rules: { ja: '10 文字以上。', en: 'At least ten characters.' } },
            lockout: { attempts: 4, window: 'P1D' },
            timeouts: { connect: 'PT1S', operation: 'PT1S' },
          },
        },
      ],
    });
  }, 60_000);

  async function at(username: string, password = given): Promise<PretendBrowser> {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(door.ask());
    await logIn(browser, { username, password });
    return browser;
  }

  function change(
    browser: PretendBrowser,
    typed: { readonly current?: string; readonly next?: string } = {},
  ): Promise<Page> {
    const { current: currentPassword = given, next: newPassword = chosen } = typed;
    const fields = { currentPassword, newPassword, newPasswordAgain: newPassword };
    return browser.submit(fillIn(form(browser.page, 'change-password'), fields));
  }

  function expectArrived(page: Page): void {
    const samlResponse = responseOf(page);
    const requestId = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString())?.[1] ?? null;
    const idpCertificates = [testKeys.idpSigning.certificatePem];
    const answer = door.sp.read(samlResponse, { requestId, idpEntityId: door.entityId, idpCertificates });
    expect(answer.assertion).toBeDefined();
  }

  test('chooses a password, after a wrong and a weak one, and arrives', async () => {
    const browser = await at('fresh');
    expect(browser.page.text).toContain(pageTexts.en.account.password.states['must-change'].title);
    await change(browser, { current: 'not-the-given-one' });
    expect(alerts(browser.page).join()).toContain(errorMessages.en['password-current-wrong'].title);
    await change(browser, { next: 'short' });
    expect(alerts(browser.page).join()).toContain(errorMessages.en['password-too-short'].title);
    expect(browser.page.text).toContain('At least ten characters.');
    await change(browser);
    expectArrived(browser.page);
    await browser.open(door.ask());
    expectArrived(browser.page);
    expectArrived((await at('fresh', chosen)).page);
    expect(alerts((await at('fresh')).page).join()).toContain(errorMessages.en['credentials-wrong'].text);
  });

  test('whose password has expired changes it', async () => {
    const browser = await at('expired');
    expect(browser.page.text).toContain(pageTexts.en.account.password.states.expired.title);
    await change(browser);
    expectArrived(browser.page);
  });

  test('whose password expires soon is told, and arrives', async () => {
    const browser = await at('soon');
    expect(browser.page.text).toContain(pageTexts.en.account.password.states.expires.title);
    await browser.submit(form(browser.page, 'otherwise'), { button: 'decline' });
    expectArrived(browser.page);
  });

  test.each([
    ['later', 'account-not-open', '2999'],
    ['left', 'account-left', 'graduated'],
  ] as const)('whose account is not open: %s', async (username, code, words) => {
    const { page } = await at(username);
    expect(page.text).toContain(errorMessages.en[code].title);
    expect(alerts(page).join()).toContain(words);
    expect(deliveryForm(page)).toBeUndefined();
  });

  test('attack: guesses here never lock the account there', async () => {
    for (let guess = 0; guess < 6; guess += 1) await at('guessed', `guess ${guess}`);
    expect(alerts((await at('guessed')).page).join()).toContain('too many wrong passwords');
    expect(await slapd.search('(uid=guessed)', 'pwdAccountLockedTime')).not.toContain('pwdAccountLockedTime');
  });

  describe('while it is away', () => {
    test('nobody is told that a password was changed, or was not', async () => {
      const browser = await at('changing');
      slapd.pause();
      try {
        await change(browser);
        expect(browser.page.text).toContain(errorMessages.en['password-change-unknown'].title);
      } finally {
        slapd.resume();
      }
    });

    test('nobody is told of a wrong password', async () => {
      slapd.pause();
      try {
        const { page } = await at('soon', chosen);
        expect(page.status).toBe(503);
        expect(page.text).toContain(errorMessages.en['directory-unavailable'].title);
        expect(hasForm(page, 'login')).toBe(false);
      } finally {
        slapd.resume();
      }
    });
  });
});
