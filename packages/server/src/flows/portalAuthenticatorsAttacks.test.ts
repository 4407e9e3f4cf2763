import { minutes, seconds } from '@gakumon/terms';
import { fillIn, type PretendBrowser, pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import {
  addApp,
  alerts,
  answerPasskey,
  atAuthenticators,
  codeOf,
  form,
  hasForm,
  names,
  offCampus,
  onCampus,
  openAuthenticatorsDoor,
  pageOf,
  shownSecret,
  statuses,
  withField,
} from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, loginForm, student, type TestDoor } from './testDoor.ts';

const t = pageTexts.en.authenticators;
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

const typeCode = (browser: PretendBrowser, otp: string) =>
  browser.submit(fillIn(form(browser.page, 'step-up'), { otp }));

/** Every order about authenticators, with the form that gives it. */
async function everyForm(door: TestDoor, browser: PretendBrowser) {
  await addApp(door, browser, 'phone');
  const rename = fillIn(form(browser.page, '/rename'), { name: 'stolen' });
  await browser.follow(t.remove);
  const remove = form(browser.page, 'remove');
  await browser.open(pageOf(door));
  await browser.follow(t.export);
  const taken = form(browser.page, 'export');
  await browser.open(pageOf(door));
  await browser.follow(t.test);
  const trial = fillIn(form(browser.page, 'test'), { otp: '000000' });
  const second = shownSecret(await browser.open(pageOf(door, '/totp')));
  door.clock.advance(seconds(60));
  const totp = fillIn(form(browser.page, 'totp'), { otp: codeOf(door, second), name: 'stolen' });
  await browser.open(pageOf(door, '/passkey'));
  const passkey = answerPasskey(browser, 'passkey', pretendAuthenticator(), { name: 'stolen' });
  return { rename, remove, taken, trial, totp, passkey };
}

describe('attack: a form that is not of this page', () => {
  test('from another site, without a token, or with one for something else, is refused and does nothing', async () => {
    const door = await openAuthenticatorsDoor();
    const browser = await atAuthenticators(door);
    const forms = await everyForm(door, browser);
    for (const one of Object.values(forms)) {
      for (const csrf of ['', 'A'.repeat(43), forms.rename.fields.find(({ name }) => name === 'csrf')?.value ?? '']) {
        if (one === forms.rename && csrf.length > 0 && !csrf.startsWith('AAAA')) continue;
        expect([one.action, (await browser.submit(withField(one, 'csrf', csrf))).status]).toEqual([one.action, 403]);
      }
      expect((await browser.submitFrom('http://localhost:9/evil', one)).status).toBe(403);
    }
    const page = await browser.open(pageOf(door));
    expect([names(page), page.select('.mark-shared')]).toEqual([['phone'], []]);
  });
});

describe('attack: enrolment with a stolen password', () => {
  test('from off campus nothing is added, and the page says from where it would be possible', async () => {
    const door = await openAuthenticatorsDoor(offCampus);
    const browser = await atAuthenticators(door);
    expect(browser.page.text).toContain(t.closed);
    expect(browser.page.text).toContain('the campus network');
    for (const part of ['/totp', '/passkey']) {
      const page = await browser.open(pageOf(door, part));
      expect(alerts(page)).toEqual([expect.stringContaining('cannot set this up from here')]);
      expect(alerts(page)).toEqual([expect.stringContaining('Or set it up from the campus network.')]);
      expect(new URL(page.url).pathname).toBe('/portal/authenticators');
      expect(shownSecret(page)).toBe('');
    }
  });

  test('the form of a page that was opened on campus is looked at again', async () => {
    const campus = await openAuthenticatorsDoor(onCampus);
    const browser = await atAuthenticators(campus);
    const key = shownSecret(await browser.open(pageOf(campus, '/totp')));
    const sent = fillIn(form(browser.page, 'totp'), { otp: codeOf(campus, key), name: 'x' });
    browser.clearCookies();
    const page = await browser.submit(sent);
    expect(page.status).toBe(400);
    expect(names(await atAuthenticators(campus).then((other) => other.page))).toEqual([]);
  });

  test('without any rule the help desk is named', async () => {
    const door = await openAuthenticatorsDoor({ enrolment: [] });
    const { page } = await atAuthenticators(door);
    expect(page.text).toContain(t.closedNowhere);
    expect(page.links.some(({ href }) => href.endsWith('/totp'))).toBe(false);
  });

  test('somebody who has one already needs it: the password on campus is for the first only', async () => {
    const door = await openAuthenticatorsDoor();
    await addApp(door, await atAuthenticators(door), 'phone');
    door.clock.advance(seconds(60));
    const thief = await atAuthenticators(door);
    expect(thief.page.text).toContain(t.closedUseOther);
    await thief.follow(t.useOther);
    expect(hasForm(thief.page, 'step-up')).toBe(true);
    await thief.open(pageOf(door, '/totp'));
    expect(shownSecret(thief.page)).toBe('');
  });

  test('off campus, one that was proved just now lets the owner add another', async () => {
    const door = await openAuthenticatorsDoor(offCampus, { totpSecrets: { [student.username]: secret } });
    const browser = await atAuthenticators(door);
    expect(browser.page.select('.mark-fixed')).toHaveLength(1);
    expect(hasForm(browser.page, '/rename')).toBe(false);
    await browser.follow(t.useOther);
    const page = await typeCode(browser, codeOf(door, secret));
    expect(statuses(page)).toEqual([expect.stringContaining('15 minutes')]);
    door.clock.advance(seconds(60));
    await addApp(door, browser, 'second');
    expect(names(browser.page)).toContain('second');
  });
});

describe('a policy that wants more than the person has', () => {
  const strict = { ...onCampus, rules: [{ name: 'everywhere', require: 'mfa' }] };

  test('lets in, where enrolment is allowed, to the page for it; afterwards everything opens', async () => {
    const door = await openAuthenticatorsDoor(strict);
    const browser = await atAuthenticators(door);
    expect(browser.page.text).toContain(t.status.none);
    await addApp(door, browser, 'phone');
    expect(names(browser.page)).toEqual(['phone']);
    door.clock.advance(seconds(60));
    await browser.open(`${door.baseUrl}/portal`);
    expect(browser.page.title).toContain(pageTexts.en.portal.title);
  });

  test('leads there from the portal too', async () => {
    const door = await openAuthenticatorsDoor(strict);
    const browser = await atAuthenticators(door);
    const page = await browser.open(`${door.baseUrl}/portal`);
    expect(page.title).toContain(t.title);
  });

  test('who may not enrol is told why, and gets nothing', async () => {
    const door = await openAuthenticatorsDoor({ ...offCampus, rules: strict.rules });
    const { page } = await atAuthenticators(door);
    expect(page.status).toBe(403);
    expect(page.text).toMatch(/More than a password is needed/);
  });
});

describe('two tabs', () => {
  test('show the same secret; the one that comes second adds nothing more', async () => {
    const door = await openAuthenticatorsDoor();
    const browser = await atAuthenticators(door);
    const first = await browser.open(pageOf(door, '/totp'));
    const second = await browser.open(pageOf(door, '/totp'));
    expect(shownSecret(second)).toBe(shownSecret(first));
    const otp = codeOf(door, shownSecret(first));
    await browser.submit(fillIn(form(first, 'totp'), { otp, name: 'one' }));
    await browser.submit(fillIn(form(second, 'totp'), { otp, name: 'other' }));
    expect(names(browser.page)).toEqual(['one']);
  });

  test('remove it once, and each other’s page stays good', async () => {
    const door = await openAuthenticatorsDoor();
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'phone');
    const stale = fillIn(form(browser.page, '/rename'), { name: 'late' });
    await browser.follow(t.remove);
    await browser.submit(form(browser.page, 'remove'));
    expect(names(browser.page)).toEqual([]);
    const page = await browser.submit(stale);
    expect([loginFormOf(page), alerts(page).join()]).toEqual([false, expect.stringContaining('no longer there')]);
  });
});

const loginFormOf = (page: Parameters<typeof loginForm>[0]): boolean => page.forms.some(({ id }) => id === 'login');

test('removing one ends the other sessions that it proved, and not this one', async () => {
  const door = await openAuthenticatorsDoor();
  const browser = await atAuthenticators(door);
  const key = await addApp(door, browser, 'phone');
  door.clock.advance(minutes(1));
  const other = await atAuthenticators(door);
  await other.open(pageOf(door, '/prove'));
  await typeCode(other, codeOf(door, key));
  await browser.open(pageOf(door));
  await browser.follow(t.remove);
  await browser.submit(form(browser.page, 'remove'));
  expect(names(browser.page)).toEqual([]);
  expect(deliveryForm(await browser.open(door.ask()))).toBeDefined();
  expect(loginForm(await other.open(door.ask()))).toBeDefined();
  await logIn(other);
});

describe('a secret that is shown once more', () => {
  test('rests nowhere in the clear, and another session of the same page state does not see it', async () => {
    const door = await openAuthenticatorsDoor();
    const { save } = door.parts.pageStates;
    const kept: string[] = [];
    Object.assign(door.parts.pageStates, {
      save: (id: string, state: string, until: number) => {
        kept.push(state);
        return save(id, state, until);
      },
    });
    const browser = await atAuthenticators(door);
    const key = await addApp(door, browser, 'phone');
    await browser.follow(t.export);
    await browser.submit(form(browser.page, 'export'));
    expect(shownSecret(browser.page)).toBe(key);
    expect(kept.join()).toContain('sealed');
    expect(kept.join().replaceAll(/\s/g, '')).not.toContain(key);

    const { url } = browser.page;
    door.clock.advance(minutes(1));
    browser.removeCookie('gakumon-session');
    await browser.open(url);
    await logIn(browser);
    const page = await typeCode(browser, codeOf(door, key));
    expect([page.url, shownSecret(page)]).toEqual([url, '']);
  });
});
