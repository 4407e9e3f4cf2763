import { openAttempt, type SsoAttempt } from '@gakumon/idp';
import { type Page, type PretendBrowser, pretendBrowser, testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { createPeopleDirectory } from './peopleDirectory.ts';
import { form, hasForm } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, openTestDoor, responseOf, type TestDoor } from './testDoor.ts';

const password = 'a river in the morning';
const t = pageTexts.en.account.noAccess;
const why = { ja: '教職員だけが使えます。', en: 'For staff only.' };
const contact = { name: { ja: '図書館', en: 'the library' }, email: 'library@example.ac.jp' };

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({
    stores: { sessions: 'memory' },
    release: {
      access: [
        {
          name: 'staff only',
          to: { entityId: 'https://sp.example.org/shibboleth' },
          allow: [{ group: 'staff' }, { affiliation: 'staff' }],
          message: why,
          contact,
        },
        { name: 'nobody new', to: { entityId: 'https://second.example.net/saml' }, deny: [{ group: 'new' }] },
      ],
    },
    directories: () => [
      createPeopleDirectory('local', {
        s1: { password, groups: ['students', 'new'] },
        f1: { password, groups: ['staff'] },
        s2: { password, groups: ['students'], sourcesAway: ['personnel'] },
        f2: { password, groups: ['students'], account: { password: { kind: 'must-change' } } },
      }),
    ],
  });
});

async function at(username: string, address = door.ask()): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(address);
  await logIn(browser, { username, password });
  return browser;
}

function read(page: Page, sp = door.sp) {
  const samlResponse = responseOf(page);
  const requestId = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString())?.[1] ?? null;
  const idpCertificates = [testKeys.idpSigning.certificatePem];
  return sp.read(samlResponse, { requestId, idpEntityId: door.entityId, idpCertificates });
}

const refused = { assertion: undefined, status: { second: expect.stringMatching(/RequestDenied$/) } };
const askSecond = () => door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`).url;

describe('who may not use a service', () => {
  test('is not told so while a source is away that may say otherwise', async () => {
    const { page } = await at('s2');
    expect(page.status).toBe(503);
    expect(page.body).toContain(errorMessages.en['source-unavailable'].title);
    expect(page.body).not.toContain(t.title);
  });

  test('reads why, whom to ask, and a reference that the help desk finds, and goes back', async () => {
    const { page, submit } = await at('s1');
    expect(page.status).toBe(403);
    for (const words of [t.title, why.en, 'Contact: the library', contact.email]) expect(page.text).toContain(words);
    const [reference = ''] = page.select('.case strong');
    const found = await door.parts.idp.cases.find(reference as never);
    expect(found).toMatchObject({ code: 'access-denied', username: 's1', serviceProvider: door.sp.entityId });
    expect(found?.detail).toContain('staff only: ');
    expect(found?.timeline?.map(({ kind }) => kind)).toContain('proved');
    const back = await submit(form(page, 'leave'), { button: 'decline' });
    expect(read(back)).toMatchObject(refused);
  });

  test('reads general words where the rule has none', async () => {
    const { page } = await at('s1', askSecond());
    expect(page.text).toContain('by the rules of the university');
    expect(page.text).toContain(t.desk);
  });

  test('has no session by it, keeps the one that lives, and uses what is open', async () => {
    const browser = await at('s1');
    await browser.open(`${door.baseUrl}/portal`);
    expect(hasForm(browser.page, 'login')).toBe(true);
    const staff = await at('f1', askSecond());
    expect(read(staff.page, door.secondSp).assertion).toBeDefined();
    await staff.open(door.ask());
    expect(read(staff.page).assertion).toBeDefined();
    const student = await at('s1', `${door.baseUrl}/portal`);
    await student.open(door.ask());
    expect(student.page.text).toContain(t.title);
    await student.open(`${door.baseUrl}/portal`);
    expect(student.page.text).toContain(pageTexts.en.portal.title);
  });

  test('is told so through the service at once where no page may be shown', async () => {
    const browser = await at('s1', `${door.baseUrl}/portal`);
    await browser.open(door.ask({ isPassive: true }));
    expect(read(browser.page)).toMatchObject(refused);
  });

  test('who has to change the password does that first', async () => {
    const browser = await at('f2');
    expect(hasForm(browser.page, 'change-password')).toBe(true);
  });
});

describe('attack: never an assertion', () => {
  const noAssertion = (page: Page): void => {
    if (deliveryForm(page) !== undefined) expect(read(page)).toMatchObject(refused);
  };

  test('by posting the hidden fields again, to whatever address', async () => {
    const browser = await at('s1');
    const leave = form(browser.page, 'leave');
    for (const action of [
      '/idp/sso',
      '/idp/step-up',
      '/idp/notice',
      '/idp/enrol',
      '/idp/change-password',
      '/idp/login',
    ]) {
      for (const button of ['accept', 'decline', undefined]) {
        const body = new URLSearchParams(leave.fields.map(({ name, value }): [string, string] => [name, value]));
        if (button !== undefined) body.set('decision', button);
        const cookie = browser
          .cookies()
          .map(({ name, value }) => `${name}=${value}`)
          .join('; ');
        const headers = { cookie, 'accept-language': 'en', origin: door.baseUrl };
        const answer = await fetch(`${door.baseUrl}${action}`, { method: 'POST', body, headers });
        const html = await answer.text();
        const [, response = ''] = /name="SAMLResponse" value="([^"]*)"/.exec(html) ?? [];
        expect(Buffer.from(response, 'base64').toString()).not.toMatch(/Assertion[ >]/);
      }
    }
  });

  test('by the address of the attempt, or by logging in once more', async () => {
    const address = door.ask();
    const browser = await at('s1', address);
    const sealed = form(browser.page, 'leave').fields.find(({ name }) => name === 'attempt')?.value ?? '';
    for (const way of ['', '&way=enrol', '&way=passkey']) {
      noAssertion(await browser.open(`${door.baseUrl}/idp/sso?attempt=${sealed}${way}`));
    }
    noAssertion(await browser.open(address));
    const opened: SsoAttempt = openAttempt(door.parts.idp, sealed);
    expect(await door.parts.idp.attempts.isConsumed(opened.id)).toBe(false);
  });

  test('by going back to the service and sending the old form again', async () => {
    const browser = await at('s1');
    const leave = form(browser.page, 'leave');
    await browser.submit(leave, { button: 'decline' });
    noAssertion(browser.page);
    await browser.submit(leave, { button: 'decline' });
    noAssertion(browser.page);
  });
});
