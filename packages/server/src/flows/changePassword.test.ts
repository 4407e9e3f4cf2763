import {
  acceptPassword,
  beginPortal,
  changePasswordAtLogin,
  changePasswordAtPortal,
  continueSso,
  newBrowserId,
  receiveAuthnRequest,
  receiveUnsolicited,
} from '@gakumon/idp';
import { authnContexts, type CaseReference, hours, minutes, type SessionToken } from '@gakumon/terms';
import { fillIn, type Page, type PretendBrowser, pretendBrowser, testKeys } from '@gakumon/testkit';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { createPeopleDirectory, type PeopleDirectory } from './peopleDirectory.ts';
import { alerts, codeOf, form, hasForm } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, openTestDoor, responseOf, student, type TestDoor } from './testDoor.ts';

const given = 'given-by-the-desk';
const chosen = 'ある朝に長い川を歩いて渡る';
const rules = { ja: '12 文字以上', en: '12 characters or more' };
const t = pageTexts.en.account;
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

let door: TestDoor;
let directory: PeopleDirectory;
beforeAll(async () => {
  door = await openTestDoor({
    stores: { sessions: 'memory' },
    directories: () => {
      directory = createPeopleDirectory('students', {}, { rules });
      const elsewhere = { at: 'elsewhere', url: 'https://pw.example.ac.jp/' } as const;
      staff = createPeopleDirectory('staff', {}, { place: elsewhere, match: /^f/ });
      guests = createPeopleDirectory('guests', {}, { place: { at: 'desk' }, match: /^x/ });
      return [staff, guests, { ...directory, totpSecretOf: async () => secret }];
    },
  });
});
let staff: PeopleDirectory;
let guests: PeopleDirectory;

beforeEach(() => {
  door.clock.advance(hours(25));
  const state = (account: object) => ({ password: given, account });
  directory.people.clear();
  for (const [username, account] of Object.entries({
    s1: state({ password: { kind: 'must-change' } }),
    s2: state({ password: { kind: 'expired' } }),
    s3: state({ password: { kind: 'expires', at: Date.UTC(2027, 2, 31, 15) } }),
    s9: state({ password: { kind: 'expired', isFinal: true } }),
    [student.username]: { password: given },
  })) {
    directory.people.set(username, account);
  }
  staff.people.set('f1', state({ password: { kind: 'expired' } }));
  guests.people.set('x1', state({ password: { kind: 'must-change' } }));
});

const newBrowser = () => pretendBrowser({ language: 'en' });

async function at(username: string, address = door.ask(), password = given): Promise<PretendBrowser> {
  const browser = newBrowser();
  await browser.open(address);
  await logIn(browser, { username, password });
  return browser;
}

const typing = (page: Page, typed: Partial<Record<'currentPassword' | 'newPassword' | 'newPasswordAgain', string>>) =>
  fillIn(form(page, 'change-password'), {
    currentPassword: given,
    newPassword: chosen,
    newPasswordAgain: typed.newPassword ?? chosen,
    ...typed,
  });
const change = (browser: PretendBrowser, typed: Parameters<typeof typing>[1] = {}) =>
  browser.submit(typing(browser.page, typed));

/** Reads what goes to the SP as it does. */
function read(page: Page) {
  const samlResponse = responseOf(page);
  const requestId = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString())?.[1] ?? null;
  const idpCertificates = [testKeys.idpSigning.certificatePem];
  return door.sp.read(samlResponse, { requestId, idpEntityId: door.entityId, idpCertificates });
}

describe('a new student with the password of the desk', () => {
  test('chooses another one, arrives at the service, and is asked for nothing at the next one', async () => {
    const browser = await at('s1');
    expect(browser.page.text).toContain(t.password.states['must-change'].title);
    expect(browser.page.body).toContain('autocomplete="current-password"');
    expect(browser.page.body.match(/autocomplete="new-password"/g)).toHaveLength(2);
    await change(browser);
    expect(read(browser.page).assertion).toBeDefined();
    await browser.open(door.ask());
    expect(read(browser.page).assertion).toBeDefined();
    const again = await at('s1', door.ask(), chosen);
    expect(read(again.page).assertion).toBeDefined();
    expect(JSON.stringify(door.log)).not.toContain(chosen);
    expect(JSON.stringify(door.log)).not.toContain(given);
  });

  test('types it decomposed: it is kept as everybody types it', async () => {
    const browser = await at('s1');
    await change(browser, { newPassword: 'か\u3099くもんのひみつのことば' });
    expect(directory.people.get('s1')?.password).toBe('がくもんのひみつのことば');
  });

  test.each([
    ['password-current-wrong', { currentPassword: 'wrong' }],
    ['password-missing', { currentPassword: '' }],
    ['password-missing', { newPassword: '', newPasswordAgain: '' }],
    ['password-mismatch', { newPasswordAgain: 'another one entirely' }],
    ['password-unchanged', { newPassword: given }],
    ['password-too-short', { newPassword: 'short' }],
    ['password-like-name', { newPassword: 'S1' }],
    ['password-too-weak', { newPassword: 'with a line\nbreak in it' }],
    ['password-too-weak', { newPassword: 'あ'.repeat(400) }],
    ['password-too-young', { newPassword: 'changed too soon, it says' }],
    ['password-change-refused', { newPassword: 'forbidden by the access rules' }],
  ] as const)('is told %s, and goes on after it', async (code, typed) => {
    const browser = await at('s1');
    await change(browser, typed);
    expect(alerts(browser.page).join()).toContain(errorMessages.en[code].title);
    expect(directory.people.get('s1')?.password).toBe(given);
    expect(deliveryForm(browser.page)).toBeUndefined();
    await change(browser);
    expect(read(browser.page).assertion).toBeDefined();
  });

  test('reads the rules before and after, and is led to the field that was wrong', async () => {
    const browser = await at('s1');
    const told = 'Rules of the university: 12 characters or more';
    expect(browser.page.text).toContain(told);
    const marked = () => [...browser.page.body.matchAll(/<input id="(\w+)"[^>]* autofocus aria-invalid="true"/g)];
    expect(marked()).toEqual([]);
    for (const [field, typed] of [
      ['newPassword', { newPassword: 'short' }],
      ['currentPassword', { currentPassword: 'wrong' }],
      ['newPasswordAgain', { newPasswordAgain: 'another one entirely' }],
      ['newPassword', { newPassword: '', newPasswordAgain: '' }],
    ] as const) {
      await change(browser, typed);
      expect(browser.page.text).toContain(told);
      expect(marked().map(([, id]) => id)).toEqual([field]);
    }
  });

  test.each(['short', 'wrong', chosen])('never gets a password back: %s', async (next) => {
    const browser = await at('s1');
    await change(browser, { currentPassword: 'a guess of mine', newPassword: next });
    expect(browser.page.body).not.toMatch(/type="password"[^>]* value=/);
    expect(browser.page.body).not.toContain('a guess of mine');
  });

  test('whose directory goes away meanwhile is told that either may hold, and logs in with the one that does', async () => {
    const browser = await at('s1');
    directory.goesAway = 'after the change';
    await change(browser);
    expect(browser.page.status).toBe(503);
    expect(browser.page.text).toContain(errorMessages.en['password-change-unknown'].title);
    directory.goesAway = undefined;
    const [retry] = browser.page.forms.filter(({ action }) => action.endsWith('/idp/sso'));
    await browser.submit(retry ?? form(browser.page, 'none'));
    await logIn(browser, { username: 's1', password: chosen });
    expect(read(browser.page).assertion).toBeDefined();
  });

  test('leaves a case that tells what was tried, and no password', async () => {
    const browser = await at('s1');
    await change(browser, { currentPassword: 'a guess of mine' });
    const [, reference = ''] = /Reference: (\S+)/.exec(alerts(browser.page).join()) ?? [];
    const found = await door.parts.idp.cases.find(reference as CaseReference);
    expect(found).toMatchObject({ code: 'password-current-wrong', username: 's1' });
    const texts = found?.timeline?.map(({ text }) => text) ?? [];
    expect(texts).toContainEqual(expect.stringMatching(/^password \(must-change\) from /));
    expect(texts).toContainEqual(expect.stringMatching(/^new password: password-current-wrong/));
    expect(JSON.stringify(found)).not.toMatch(/a guess of mine|given-by-the-desk/);
  });

  test('may not take one that was used before', async () => {
    await change(await at('s1'));
    directory.people.set('s1', { password: chosen, account: { password: { kind: 'expired' } } });
    const browser = await at('s1', door.ask(), chosen);
    await change(browser, { currentPassword: chosen, newPassword: given });
    expect(alerts(browser.page).join()).toContain(errorMessages.en['password-used-before'].title);
  });

  test('who does not want to goes back to the service, which is told', async () => {
    const browser = await at('s1');
    await browser.submit(form(browser.page, 'otherwise'), { button: 'decline' });
    expect(read(browser.page).status.second).toMatch(/AuthnFailed$/);
  });

  test('comes to the portal by the same page', async () => {
    const browser = await at('s1', `${door.baseUrl}/portal`);
    expect(browser.page.text).toContain(t.password.states['must-change'].title);
    await change(browser, { currentPassword: 'wrong' });
    expect(alerts(browser.page).join()).toContain(errorMessages.en['password-current-wrong'].title);
    await change(browser);
    expect(browser.page.text).toContain(pageTexts.en.portal.title);
    await browser.open(`${door.baseUrl}/portal`);
    expect(browser.page.text).toContain(pageTexts.en.portal.events.passwordChanged);
  });

  test('what else was proved in this login stays proved', async () => {
    const browser = await at('s1', door.ask({ requestedAuthnContext: { classes: [authnContexts.refedsMfa] } }));
    door.clock.advance(minutes(1));
    await browser.submit(fillIn(form(browser.page, 'step-up'), { otp: codeOf(door, secret) }));
    expect(hasForm(browser.page, 'change-password')).toBe(true);
    door.clock.advance(minutes(1));
    await change(browser);
    expect(read(browser.page).assertion?.authnContext).toBe(authnContexts.refedsMfa);
  });

  test('the other sessions of the person end with the old password', async () => {
    directory.people.set('s1', { password: given });
    const other = await at('s1');
    await other.open(door.ask());
    expect(deliveryForm(other.page)).toBeDefined();
    directory.people.set('s1', { password: given, account: { password: { kind: 'expired' } } });
    await other.open(door.ask());
    expect(deliveryForm(other.page)).toBeDefined();
    await change(await at('s1'));
    await other.open(door.ask());
    expect(hasForm(other.page, 'login')).toBe(true);
  });
});

describe('a password', () => {
  test('that has expired is changed in the same way', async () => {
    const browser = await at('s2');
    expect(browser.page.text).toContain(t.password.states.expired.title);
    await change(browser);
    expect(read(browser.page).assertion).toBeDefined();
  });

  test('that expires soon may wait, and is told of once in a login', async () => {
    const browser = await at('s3');
    expect(browser.page.text).toContain('until Wednesday, 31 March 2027.');
    await browser.submit(form(browser.page, 'otherwise'), { button: 'decline' });
    expect(read(browser.page).assertion).toBeDefined();
    await browser.open(door.ask());
    expect(read(browser.page).assertion).toBeDefined();
    const portal = await at('s3', `${door.baseUrl}/portal`);
    await portal.submit(form(portal.page, 'otherwise'), { button: 'decline' });
    expect(portal.page.text).toContain(pageTexts.en.portal.title);
  });

  test('that is changed elsewhere is typed anew', async () => {
    const browser = await at('f1');
    expect(browser.page.links.map(({ href }) => href)).toContain('https://pw.example.ac.jp/');
    expect(hasForm(browser.page, 'change-password')).toBe(true);
    expect(browser.page.body).not.toContain('newPassword');
    staff.people.set('f1', { password: chosen });
    await browser.submit(form(browser.page, 'otherwise'), { button: 'accept' });
    await logIn(browser, { username: 'f1', password: chosen });
    expect(read(browser.page).assertion).toBeDefined();
  });

  test('that others may know is changed by the link of the portal', async () => {
    staff.people.set('f1', { password: given });
    const browser = await at('f1', `${door.baseUrl}/portal`);
    expect(browser.page.text).toContain(pageTexts.en.portal.stranger);
    expect(browser.page.links.map(({ href }) => href)).toContain('https://pw.example.ac.jp/');
  });

  test('that was not changed elsewhere after all is asked about again', async () => {
    const browser = await at('f1');
    await browser.submit(form(browser.page, 'otherwise'), { button: 'accept' });
    await logIn(browser, { username: 'f1', password: given });
    expect(browser.page.text).toContain(t.password.states.expired.title);
  });

  test('that no login takes any more leads to the desk, not to a form that could change nothing', async () => {
    const browser = await at('s9');
    expect(browser.page.text).toContain(t.password.states.expired.title);
    expect(browser.page.text).toContain(t.password.desk);
    expect(browser.page.body).not.toContain('name="newPassword"');
    expect(deliveryForm(browser.page)).toBeUndefined();
  });

  test('that is changed at the desk says so', async () => {
    const browser = await at('x1');
    expect(browser.page.text).toContain(t.password.desk);
    expect(deliveryForm(browser.page)).toBeUndefined();
  });
});

describe('attack:', () => {
  test('a stolen session changes no password, not even with the password beside it', async () => {
    const { idp } = door.parts;
    directory.people.set('s1', { password: given });
    const victim = await at('s1');
    const [session] = victim.cookies().filter(({ name }) => name.endsWith('session'));
    directory.people.set('s1', { password: given, account: { password: { kind: 'expired' } } });
    const typed = { current: given, next: chosen, again: chosen };
    const visitor = { browser: newBrowserId(), session: session?.value as SessionToken, address: '192.0.2.66' };
    const attempt = await receiveUnsolicited(idp, {
      providerId: door.sp.entityId,
      shire: undefined,
      target: undefined,
    });
    expect((await continueSso(idp, attempt, visitor)).kind).toBe('deliver');
    for (const changed of [
      changePasswordAtLogin(idp, attempt, visitor, typed),
      changePasswordAtPortal(idp, beginPortal(idp, 'manage'), visitor, typed),
    ]) {
      await expect(changed).rejects.toMatchObject({ code: 'session-gone' });
    }
    expect(directory.people.get('s1')?.password).toBe(given);
  });

  test('a password alone changes nothing where the login asks for more', async () => {
    const { idp } = door.parts;
    const asked = door.ask({ requestedAuthnContext: { classes: [authnContexts.refedsMfa] } });
    const attempt = await receiveAuthnRequest(idp, { binding: 'redirect', rawQuery: new URL(asked).search.slice(1) });
    const visitor = { browser: newBrowserId(), session: undefined, address: '192.0.2.66' };
    await acceptPassword(idp, attempt, visitor, { username: 's1', password: given });
    const changed = changePasswordAtLogin(idp, attempt, visitor, { current: given, next: chosen, again: chosen });
    await expect(changed).rejects.toMatchObject({ code: 'session-gone' });
  });

  test('the page of one browser changes nothing in another one', async () => {
    const page = (await at('s1')).page;
    const thief = newBrowser();
    await thief.open(door.ask());
    await thief.submit(typing(page, {}));
    expect(thief.page.text).toContain(errorMessages.en['form-foreign'].title);
    expect(directory.people.get('s1')?.password).toBe(given);
  });

  test('guesses of the present password are counted with those at the login', async () => {
    const browser = await at('s1');
    for (let guess = 0; guess < 8; guess += 1) await change(browser, { currentPassword: `guess ${guess}` });
    const { looks } = directory;
    await change(browser);
    expect(alerts(browser.page).join()).toContain(errorMessages.en['account-throttled'].title.split('{')[0]);
    expect((await at('s1')).page.text).toContain('too many wrong passwords');
    expect(directory.looks).toBe(looks);
  });

  test('a password that must be changed begins no session in a login that has its answer', async () => {
    directory.people.set('s1', { password: given });
    const first = newBrowser();
    const address = door.ask();
    await first.open(address);
    await first.open(first.page.url.includes('/idp/sso') ? first.page.url : address);
    const old = first.page;
    await logIn(first, { username: 's1', password: given });
    expect(deliveryForm(first.page)).toBeDefined();
    await first.open(`${door.baseUrl}/idp/profile/Logout`);
    const logout = first.page.forms.find(({ action }) => action.endsWith('/Logout'));
    if (logout === undefined) throw new Error('no way out');
    await first.submit(logout);
    directory.people.set('s1', { password: given, account: { password: { kind: 'must-change' } } });
    await first.submit(fillIn(form(old, 'login'), { username: 's1', password: given }));
    expect(hasForm(first.page, 'change-password')).toBe(true);
    await first.open(door.ask());
    expect(hasForm(first.page, 'login')).toBe(true);
  });

  test('it does not go round the page by going on, by "later", or by the page of a notice', async () => {
    const browser = await at('s1');
    const { fields } = form(browser.page, 'otherwise');
    for (const action of ['/idp/sso', '/idp/notice', '/idp/login']) {
      await browser.submit({ ...form(browser.page, 'otherwise'), action: `${door.baseUrl}${action}`, fields });
      expect(deliveryForm(browser.page)).toBeUndefined();
      await browser.open(door.ask());
      expect(hasForm(browser.page, 'login')).toBe(true);
      await logIn(browser, { username: 's1', password: given });
    }
    await browser.open(`${door.baseUrl}/portal`);
    expect(hasForm(browser.page, 'login')).toBe(true);
  });

  test('a directory that is away stops the login of everybody whom it may know', async () => {
    staff.isAway = true;
    directory.people.set('f1', { password: 'another' });
    const refused = await at('f1', door.ask(), 'another');
    expect(refused.page.status).toBe(503);
    expect(refused.page.text).toContain(errorMessages.en['directory-unavailable'].title);
    expect(deliveryForm((await at(student.username)).page)).toBeDefined();
    staff.isAway = false;
  });
});
