import { minutes, seconds, type Username } from '@gakumon/terms';
import { fillIn, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import {
  addApp,
  alerts,
  atAuthenticators,
  codeOf,
  form,
  hasForm,
  names,
  openAuthenticatorsDoor,
  pageOf,
  shownSecret,
  statuses,
} from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, loginForm, student, type TestDoor } from './testDoor.ts';

const t = pageTexts.en.authenticators;
let door: TestDoor;
beforeEach(async () => {
  door = await openAuthenticatorsDoor();
});

const hopsOf = ({ hops }: Page) => hops.map(({ method, status, url }) => [method, status, new URL(url).pathname]);
/** Some time later, when each code is another one. */
const later = (time: number = seconds(60)): void => door.clock.advance(time);
const wrongCode = (secret: string): string =>
  String((Number(codeOf(door, secret)) + 500_000) % 1_000_000).padStart(6, '0');

/** The step-up page of the portal is answered. */
const typeCode = (browser: PretendBrowser, otp: string): Promise<Page> =>
  browser.submit(fillIn(form(browser.page, 'step-up'), { otp }));

describe('the page of one’s own authenticators', () => {
  test('asks who it is first, and says for what', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const page = await browser.open(pageOf(door));
    expect(page.text).toContain(t.toPage);
    const after = await logIn(browser);
    expect(hopsOf(after)).toEqual([
      ['POST', 303, '/portal/login'],
      ['GET', 200, '/portal/authenticators'],
    ]);
    expect(after.title).toContain(t.title);
  });

  test('says that nothing is set up yet, and what can be', async () => {
    const { page } = await atAuthenticators(door);
    expect(page.text).toContain(t.status.none);
    expect(page.links.map(({ href }) => href)).toEqual(
      expect.arrayContaining([pageOf(door, '/totp'), pageOf(door, '/passkey')]),
    );
    expect(page.headers['cache-control']).toBe('no-store');
  });

  test('is linked from the portal, and speaks both languages', async () => {
    const browser = await atAuthenticators(door);
    await browser.open(`${door.baseUrl}/portal`);
    await browser.follow(t.link);
    expect((await browser.follow('日本語')).title).toContain(pageTexts.ja.authenticators.title);
  });
});

describe('the life of an app for one-time codes', () => {
  test('it is shown as a picture, a key and a link; nothing is there before a good code', async () => {
    const browser = await atAuthenticators(door);
    const page = await browser.open(pageOf(door, '/totp'));
    const secret = shownSecret(page);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(page.select('.key')).toEqual([expect.stringMatching(/^(\w{4} ){7}\w{4}$/)]);
    expect(page.select('svg')).toHaveLength(1);
    expect(page.attributes('.this-device a', 'href')[0]).toMatch(/^otpauth:\/\/totp\/.*secret=/);
    expect(names(await browser.open(pageOf(door)))).toEqual([]);
  });

  test('it is added by a code, told once, and listed with when and from where', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'My phone');
    expect(hopsOf(browser.page)).toEqual([
      ['POST', 303, '/portal/authenticators/totp'],
      ['GET', 200, '/portal/authenticators'],
    ]);
    expect(statuses(browser.page)).toEqual([expect.stringContaining('“My phone” was added')]);
    expect(browser.page.select('article')).toEqual([expect.stringMatching(/My phone.*JST.*from 127\.0\.0\.1/s)]);
    expect(browser.page.text).toContain(t.statusNext.one);
    expect(statuses(await browser.open(pageOf(door)))).toEqual([]);
  });

  test('a wrong code is told, and the secret stays', async () => {
    const browser = await atAuthenticators(door);
    const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
    const page = await browser.submit(fillIn(form(browser.page, 'totp'), { otp: wrongCode(secret), name: 'x' }));
    expect(hopsOf(page)).toEqual([
      ['POST', 303, '/portal/authenticators/totp'],
      ['GET', 200, '/portal/authenticators/totp'],
    ]);
    expect(alerts(page)).toEqual([expect.stringContaining('The one-time code is not right')]);
    expect(shownSecret(page)).toBe(secret);
    await browser.submit(fillIn(form(page, 'totp'), { otp: codeOf(door, secret), name: 'x' }));
    expect(names(browser.page)).toEqual(['x']);
  });

  test('an interrupted enrolment locks nobody out, and goes on with the same secret within the hour', async () => {
    const browser = await atAuthenticators(door);
    const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
    const elsewhere = pretendBrowser({ language: 'en' });
    await elsewhere.open(door.ask());
    expect(deliveryForm(await logIn(elsewhere))).toBeDefined();
    later(minutes(40));
    await browser.open(pageOf(door, '/totp'));
    await logIn(browser);
    expect(browser.page.text).toContain(t.totp.resumed);
    expect(shownSecret(browser.page)).toBe(secret);
    later(minutes(70));
    await browser.open(pageOf(door, '/totp'));
    await logIn(browser);
    expect(shownSecret(browser.page)).not.toBe(secret);
  });

  test('begun in a second browser too, each goes on with its own, and the first code completes it', async () => {
    const [first, second] = [await atAuthenticators(door), await atAuthenticators(door)];
    const [here, there] = [first, second].map((browser) => browser.open(pageOf(door, '/totp')));
    const [secret, other] = [shownSecret(await (here as Promise<Page>)), shownSecret(await (there as Promise<Page>))];
    expect(other).not.toBe(secret);
    await first.submit(fillIn(form(first.page, 'totp'), { otp: codeOf(door, secret), name: 'My phone' }));
    expect(statuses(first.page)).toEqual(['“My phone” was added. You can use it at once.']);
  });

  test('pushed out by others, it is begun anew, in words of its own above the new QR code', async () => {
    const browser = await atAuthenticators(door);
    const page = await browser.open(pageOf(door, '/totp'));
    await door.parts.idp.authenticators.change(student.username as Username, (now) => ({ ...now, pendingTotps: [] }));
    const anew = await browser.submit(fillIn(form(page, 'totp'), { otp: codeOf(door, shownSecret(page)), name: 'x' }));
    const { title, text, next } = errorMessages.en['totp-begun-anew'];
    expect(alerts(anew)[0]).toContain(`${title} ${text} ${next}`);
    expect(anew.text.indexOf(next)).toBeLessThan(anew.text.indexOf(t.totp.stepScan));
    expect(anew.text).not.toContain('help desk');
    expect(shownSecret(anew)).not.toBe(shownSecret(page));
    await browser.submit(fillIn(form(anew, 'totp'), { otp: codeOf(door, shownSecret(anew)), name: 'My phone' }));
    expect(names(browser.page)).toEqual(['My phone']);
  });

  test('whoever takes half an hour to find an app can still finish', async () => {
    const browser = await atAuthenticators(door);
    const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
    later(minutes(30));
    await browser.submit(fillIn(form(browser.page, 'totp'), { otp: codeOf(door, secret), name: 'late' }));
    expect(names(browser.page)).toEqual(['late']);
  });

  test('a clock that is off is told', async () => {
    const browser = await atAuthenticators(door);
    const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
    const otp = codeOf(door, secret, -minutes(3));
    const page = await browser.submit(fillIn(form(browser.page, 'totp'), { otp, name: 'slow' }));
    expect([...statuses(page), ...alerts(page)].join()).toMatch(/about 3 minutes slow/);
  });

  test('the form sent twice adds one, and says so again', async () => {
    const browser = await atAuthenticators(door);
    const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
    const sent = fillIn(form(browser.page, 'totp'), { otp: codeOf(door, secret), name: 'twice' });
    await browser.submit(sent);
    const page = await browser.submit(sent);
    expect(names(page)).toEqual(['twice']);
    expect(statuses(page)).toEqual([expect.stringContaining('“twice” was added')]);
    await browser.reload();
    expect(names(browser.page)).toEqual(['twice']);
  });

  test('it is renamed', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'old');
    later();
    const page = await browser.submit(fillIn(form(browser.page, '/rename'), { name: 'new <b>' }));
    if (hasForm(page, 'step-up')) throw new Error(page.text);
    expect(names(page)).toEqual(['new <b>']);
    expect(statuses(page)).toEqual([expect.stringContaining('“new <b>”')]);
  });

  test('it is tried without a service: right, used, wrong', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    const tryCode = async (otp: string): Promise<Page> => {
      await browser.open(pageOf(door));
      await browser.follow(t.test);
      return browser.submit(fillIn(form(browser.page, 'test'), { otp }));
    };
    later();
    expect(statuses(await tryCode(codeOf(door, secret)))).toEqual([expect.stringContaining('It works')]);
    expect(alerts(await tryCode(codeOf(door, secret)))).toEqual([expect.stringContaining('used already')]);
    expect(alerts(await tryCode(wrongCode(secret)))).toEqual([expect.stringContaining('not right')]);
    expect(alerts(await tryCode(''))).toEqual([expect.stringContaining('six digits')]);
  });

  test('trying counts as guessing: after too many, its codes are not accepted for a while', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    later();
    await browser.open(pageOf(door));
    await browser.follow(t.test);
    for (let tries = 0; tries < 20 && !alerts(browser.page).join().includes('too many'); tries += 1) {
      await browser.open(pageOf(door));
      await browser.follow(t.test);
      await browser.submit(fillIn(form(browser.page, 'test'), { otp: wrongCode(secret) }));
    }
    await browser.open(pageOf(door));
    await browser.follow(t.test);
    await browser.submit(fillIn(form(browser.page, 'test'), { otp: codeOf(door, secret) }));
    expect(alerts(browser.page)).toEqual([expect.stringContaining('too many wrong codes')]);
  });

  test('its secret is shown once more for a second device, which is said to make it shared', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    later();
    await browser.follow(t.export);
    if (hasForm(browser.page, 'login')) await logIn(browser);
    if (hasForm(browser.page, 'step-up')) await typeCode(browser, codeOf(door, secret));
    expect(browser.page.text).toContain(t.exporting.shared);
    expect(shownSecret(browser.page)).toBe('');
    const page = await browser.submit(form(browser.page, 'export'));
    expect(shownSecret(page)).toBe(secret);
    expect(shownSecret(await browser.reload())).toBe(secret);
    expect((await browser.open(pageOf(door))).text).toContain(t.marks.shared);
    later(minutes(11));
    await browser.follow(t.export);
    expect(shownSecret(browser.page)).toBe('');
  });

  test('it is removed after a question that says it is the last; other sessions that it made end', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    later();
    await browser.follow(t.remove);
    if (hasForm(browser.page, 'login')) await logIn(browser);
    if (hasForm(browser.page, 'step-up')) await typeCode(browser, codeOf(door, secret));
    expect(browser.page.text).toContain(t.removal.last);
    const sent = form(browser.page, 'remove');
    const page = await browser.submit(sent);
    expect(statuses(page)).toEqual([expect.stringContaining('no way left')]);
    expect(names(page)).toEqual([]);
    const again = await browser.submit(sent);
    expect(names(again)).toEqual([]);
    expect(alerts(again)).toEqual([expect.stringContaining('no longer there')]);
  });

  test('what happened is in the history, in both languages', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'phone');
    const events = async (): Promise<string> => {
      await browser.open(`${door.baseUrl}/portal`);
      return browser.page.select('.events li').join('\n');
    };
    while (!(await events()).includes(pageTexts.en.portal.events['added-person']));
    await browser.follow('日本語');
    expect(browser.page.select('.events li').join()).toContain(pageTexts.ja.portal.events['added-person']);
  });
});

describe('what needs a fresh proof', () => {
  test('can be left again, for the portal', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'My phone');
    later(minutes(16));
    await browser.open(pageOf(door, '/totp'));
    await logIn(browser);
    expect(hasForm(browser.page, 'step-up')).toBe(true);
    expect(new URL((await browser.follow('Cancel')).url).pathname).toBe('/portal');
  });

  test.each(['/totp', '/passkey', '/prove'])(
    '%s asks for the password again after a quarter of an hour',
    async (part) => {
      const browser = await atAuthenticators(door);
      later(minutes(16));
      expect(loginForm(await browser.open(pageOf(door, part)))).toBeDefined();
      const page = await logIn(browser);
      expect(new URL(page.url).pathname).toBe(
        part === '/prove' ? '/portal/authenticators' : `/portal/authenticators${part}`,
      );
    },
  );

  test('with an authenticator it asks for that too, and goes on to the page that was wanted', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    later(minutes(16));
    await browser.open(pageOf(door));
    await browser.follow(t.remove);
    await logIn(browser);
    expect(hasForm(browser.page, 'step-up')).toBe(true);
    expect(browser.page.text).toContain(t.toPage);
    expect(alerts(await typeCode(browser, wrongCode(secret)))).toEqual([expect.stringContaining('not right')]);
    const page = await typeCode(browser, codeOf(door, secret));
    expect(hasForm(page, 'remove')).toBe(true);
  });

  test('an old page’s form does nothing by then, and asks', async () => {
    const browser = await atAuthenticators(door);
    await addApp(door, browser, 'phone');
    later();
    const sent = fillIn(form(browser.page, '/rename'), { name: 'stale' });
    later(minutes(16));
    const page = await browser.submit(sent);
    expect(loginForm(page)).toBeDefined();
    expect(names(await browser.open(pageOf(door)))).toEqual(['phone']);
  });

  test('somebody who is not signed in is asked who they are', async () => {
    const browser = await atAuthenticators(door);
    const secret = await addApp(door, browser, 'phone');
    later();
    const sent = fillIn(form(browser.page, '/rename'), { name: 'stale' });
    browser.removeCookie('gakumon-session');
    expect(loginForm(await browser.submit(sent))).toBeDefined();
    await logIn(browser, student);
    expect(names(await typeCode(browser, codeOf(door, secret)))).toEqual(['phone']);
  });
});
