import type { AccountClosure } from '@gakumon/terms';
import { type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { createPeopleDirectory } from './peopleDirectory.ts';
import { alerts, form } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, openTestDoor, responseOf, student, type TestDoor } from './testDoor.ts';

const given = 'given-by-the-desk';
const t = pageTexts.en.account;

let door: TestDoor;
beforeAll(async () => {
  const closed = (closure: AccountClosure) => ({ password: given, account: { closed: closure } });
  const people = {
    s4: closed({ reason: 'not-yet-open', opensAt: Date.UTC(2027, 2, 31, 15) }),
    s5: closed({ reason: 'left' }),
    s6: closed({ reason: 'expired' }),
    s7: closed({ reason: 'not-yet-open' }),
    s8: { password: given, isLocked: true },
    [student.username]: { password: given },
  };
  door = await openTestDoor({
    stores: { sessions: 'memory' },
    directories: () => [createPeopleDirectory('students', people)],
  });
});

async function at(username: string, password = given): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  await logIn(browser, { username, password });
  return browser;
}

describe('an account', () => {
  test.each([
    ['s4', 'account-not-open', 'Thursday, 1 April 2027'],
    ['s5', 'account-left', 'graduated'],
    ['s6', 'account-expired', ''],
    ['s7', 'account-not-open', pageTexts.en.account.someDay],
  ] as const)('%s: %s, and its name stands in no field', async (username, code, words) => {
    const { page } = await at(username);
    expect(page.text).toContain(errorMessages.en[code].title);
    expect(alerts(page).join()).toContain(words);
    expect(page.body).toContain(t.closed.otherAccount);
    expect(form(page, 'login').fields).toContainEqual({ name: 'username', type: 'text', value: '' });
    expect(page.body).toContain('https://www.example.ac.jp/help');
    expect(deliveryForm(page)).toBeUndefined();
  });
  test('that is locked is told of one that may open by itself, and of staff who can open it', async () => {
    const { page } = await at('s8');
    expect(alerts(page).join()).toContain(errorMessages.en['account-locked'].next);
    expect(alerts(page).join()).toContain(pageTexts.en.error.support);
    expect(form(page, 'login').fields).toContainEqual({ name: 'username', type: 'text', value: 's8' });
  });

  test('that is closed leads to the login of another one, and back to the service', async () => {
    const browser = await at('s5');
    await logIn(browser, { username: student.username, password: given });
    expect(deliveryForm(browser.page)).toBeDefined();
    const other = await at('s5');
    await other.submit(form(other.page, 'login'), { button: 'decline' });
    expect(Buffer.from(responseOf(other.page), 'base64').toString()).toContain('status:AuthnFailed');
  });

  test('that is closed tells so to nobody without the password', async () => {
    const { page } = await at('s5', 'a guess');
    expect(alerts(page).join()).toContain(errorMessages.en['credentials-wrong'].text);
  });
});
