import { type Form, fillIn, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import { deliveryForm, graduate, logIn, loginForm, openTestDoor, student, type TestDoor, teacher } from './testDoor.ts';

const t = pageTexts.en.portal;
let door: TestDoor;
let portal: string;
beforeEach(async () => {
  door = await openTestDoor({ stores: { sessions: 'memory' } });
  portal = `${door.baseUrl}/portal`;
});

const hopsOf = ({ hops }: Page) => hops.map(({ method, status, url }) => [method, status, new URL(url).pathname]);
const cookieNames = (page: Page): string[] =>
  page.hops.flatMap(({ setCookie }) => setCookie.map((cookie) => cookie.split('=')[0] ?? ''));
const statusOf = (page: Page): readonly string[] => page.select('[role=status]');
const formsTo = ({ forms }: Page, path: string): Form[] => forms.filter(({ action }) => action.endsWith(path));

/** A browser of somebody who is signed in and looks at the portal; each time with a person of their own. */
async function atPortal(person: { username: string; password: string } = student): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(portal);
  await logIn(browser, person);
  expect(browser.page.title).toContain(t.title);
  return browser;
}

/** Another device of the same person, with a service open. */
async function elsewhere(person: { username: string; password: string } = student): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  await logIn(browser, person);
  expect(deliveryForm(browser.page)).toBeDefined();
  return browser;
}

const isSignedIn = async (browser: PretendBrowser): Promise<boolean> =>
  deliveryForm(await browser.open(door.ask())) !== undefined;

describe('a login that ends at the portal', () => {
  test('is asked for; nothing is stored for who has proved nothing', async () => {
    const page = await pretendBrowser({ language: 'en' }).open(portal);
    expect(page.text).toContain(t.toPortal);
    expect(loginForm(page).action).toBe(`${portal}/login`);
    expect(loginForm(page).buttons).toHaveLength(1);
    expect(page.headers['content-security-policy']).toContain("form-action 'self'");
    expect(cookieNames(page)).toEqual(['gakumon-browser']);
  });

  test('leads there by GET, and begins the session that services use', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(portal);
    const page = await logIn(browser);
    expect(hopsOf(page)).toEqual([
      ['POST', 303, '/portal/login'],
      ['GET', 200, '/portal'],
    ]);
    expect(cookieNames(page)).toEqual(['gakumon-session']);
    expect(page.text).toContain(student.username);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('is not asked for by the front page’s link when somebody is signed in already', async () => {
    const browser = await elsewhere();
    await browser.open(`${door.baseUrl}/`);
    const page = await browser.follow(t.link);
    expect(page.title).toContain(t.title);
    expect(page.select('#here + .facts li')).toHaveLength(1);
    expect(cookieNames(page)).toEqual([]);
  });

  test('a wrong password is told there, in both languages, and forgotten by the right one', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(portal);
    const page = await logIn(browser, { password: 'wrong' });
    expect(hopsOf(page)).toEqual([
      ['POST', 303, '/portal/login'],
      ['GET', 200, '/portal/login'],
    ]);
    expect(page.select('[role=alert]')).toHaveLength(1);
    expect(page.attributes('#username', 'value')).toEqual([student.username]);
    const japanese = await browser.follow('日本語');
    expect(japanese.select('[role=alert]')).toEqual([expect.stringMatching(/ユーザ名かパスワードが違います/)]);
    expect((await logIn(browser)).title).toContain(pageTexts.ja.portal.title);
  });

  test('the answer to an unknown name and to a wrong password is the same', async () => {
    const said = [];
    for (const typed of [{ password: 'wrong' }, { username: 'nobody', password: 'wrong' }]) {
      const browser = pretendBrowser({ language: 'en' });
      await browser.open(portal);
      const page = await logIn(browser, typed);
      said.push(page.select('[role=alert]').map((text) => text.replace(/Reference: .*/, '')));
    }
    expect(said[0]).toEqual(said[1]);
  });

  test('guesses are counted together with those at services, and told when there were too many', async () => {
    const typed = { username: 'guessed', password: 'wrong' };
    for (let tries = 0; tries < 4; tries += 1) {
      const browser = pretendBrowser({ language: 'en' });
      await browser.open(portal);
      await logIn(browser, typed);
      await browser.open(door.ask());
      await logIn(browser, typed);
    }
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(portal);
    expect((await logIn(browser, typed)).select('[role=alert]').join()).toMatch(/minutes/);
  });

  test('a disabled account is told to who knows its password, and gets no session', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(portal);
    const page = await logIn(browser, graduate);
    expect(page.text).toMatch(/cannot be used at present/);
    expect(cookieNames(page)).not.toContain('gakumon-session');
  });

  test('a browser without cookies is told so, and led back', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(portal);
    browser.clearCookies();
    const page = await logIn(browser);
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/did not keep our cookie/);
    expect((await browser.follow(pageTexts.en.error.again)).text).toContain(t.toPortal);
  });

  test.each([
    ['the form twice', (browser: PretendBrowser) => browser.reload()],
    [
      'an old page again',
      (browser: PretendBrowser) => {
        browser.back();
        return logIn(browser);
      },
    ],
  ])('who sends %s ends at the portal, with one session', async (_what, again) => {
    const browser = await atPortal();
    const page = await again(browser);
    expect(page.title).toContain(t.title);
    expect(page.text).toContain(t.noOthers);
  });
});

describe('one’s own sessions', () => {
  test('are shown with when, from where and for what; the present one is told apart', async () => {
    const browser = await atPortal();
    expect(browser.page.text).toContain(t.noOthers);
    expect(browser.page.select('#here + .facts')).toEqual([expect.stringContaining(t.noServices)]);
    await elsewhere();
    const page = await browser.reload();
    const [other] = page.select('article');
    expect(page.select('article')).toHaveLength(1);
    expect(other).toMatch(/Signed in on \d.*JST.*Signed in.*JST.*Last used.*127\.0\.0\.1.*Practice service/s);
    expect(formsTo(page, '/portal/end')).toHaveLength(1);
  });

  test('one is ended: it is gone at once, the page says so once, and the others live', async () => {
    const browser = await atPortal();
    const [first, second] = [await elsewhere(), await elsewhere()];
    const forms = formsTo(await browser.reload(), '/portal/end');
    expect(forms).toHaveLength(2);
    const page = await browser.submit(forms[0] as Form);
    expect(hopsOf(page)).toEqual([
      ['POST', 303, '/portal/end'],
      ['GET', 200, '/portal'],
    ]);
    expect(statusOf(page)).toEqual([t.notices.ended]);
    const states = [await isSignedIn(first), await isSignedIn(second), await isSignedIn(browser)];
    expect(states.filter(Boolean)).toHaveLength(2);
    expect(states[2]).toBe(true);
    await browser.open(portal);
    expect(statusOf(browser.page)).toEqual([]);
    const again = await browser.submit(forms[0] as Form);
    expect(statusOf(again)).toEqual([t.notices.absent]);
  });

  test('all others are ended at once, and somebody else’s are not', async () => {
    const strangers = await elsewhere(teacher);
    const browser = await atPortal();
    const others = [await elsewhere(), await elsewhere(), await elsewhere()];
    const [form] = formsTo(await browser.reload(), '/portal/end-others');
    const page = await browser.submit(form as Form);
    expect(statusOf(page)).toEqual(['You are signed out on 3 other devices now.']);
    expect(page.text).toContain(t.noOthers);
    for (const other of others) expect(await isSignedIn(other)).toBe(false);
    expect([await isSignedIn(browser), await isSignedIn(strangers)]).toEqual([true, true]);
  });

  test('what happened is shown, so that a stranger’s sign-in is noticed', async () => {
    const browser = await atPortal();
    await elsewhere();
    const seen = async () => (await browser.open(portal)).select('.events li');
    while (!(await seen()).some((event) => event.includes('Signed in to Practice service')));
    await browser.submit(formsTo(browser.page, '/portal/end')[0] as Form);
    while (!(await seen()).some((event) => event.includes(t.events['ended-person'])));
    expect(browser.page.select('.events li').join('\n')).toMatch(/Signed in to this page\s*This device\s*127\.0\.0\.1/);
  });

  test('who was signed out meanwhile is asked to sign in, and nothing is done', async () => {
    const browser = await atPortal();
    const other = await elsewhere();
    const [form] = formsTo(await browser.reload(), '/portal/end');
    browser.removeCookie('gakumon-session');
    expect(loginForm(await browser.submit(form as Form))).toBeDefined();
    expect(await isSignedIn(other)).toBe(true);
  });

  test('the addresses of the forms, opened by themselves, lead to the page', async () => {
    for (const path of ['/end', '/end-others', '/login']) {
      const page = await pretendBrowser().open(`${portal}${path}`);
      expect(hopsOf(page).at(-1)).toEqual(['GET', 200, '/portal']);
    }
  });
});

describe('attack: ending what is not one’s own', () => {
  /** The student with another session, and the teacher at the portal with another session. */
  async function victimAndThief() {
    const victim = await atPortal();
    const other = await elsewhere();
    const [victims] = formsTo(await victim.reload(), '/portal/end');
    const thief = await atPortal(teacher);
    await elsewhere(teacher);
    const [thiefs] = formsTo(await thief.reload(), '/portal/end');
    if (victims === undefined || thiefs === undefined) throw new Error('no forms to end sessions');
    return { victim, other, victims, thief, thiefs };
  }
  const withField = (form: Form, name: string, value: string): Form => ({
    ...form,
    fields: form.fields.map((field) => (field.name === name ? { ...field, value } : field)),
  });
  const fieldOf = ({ fields }: Form, name: string): string => fields.find((field) => field.name === name)?.value ?? '';

  test('another person’s session, by its id and with whatever token there is', async () => {
    const { other, victims, thief, thiefs } = await victimAndThief();
    const stolen = withField(thiefs, 'session', fieldOf(victims, 'session'));
    for (const form of [stolen, victims, withField(stolen, 'csrf', ''), withField(stolen, 'csrf', 'A'.repeat(43))]) {
      expect((await thief.submit(form)).status).toBe(403);
    }
    expect(await isSignedIn(other)).toBe(true);
  });

  test('by a form on another site, in the victim’s own browser', async () => {
    const { victim, other, victims, thiefs } = await victimAndThief();
    for (const form of [victims, withField(thiefs, 'session', fieldOf(victims, 'session'))]) {
      expect((await victim.submitFrom('http://localhost:9/evil', form)).status).toBe(403);
    }
    expect(await isSignedIn(other)).toBe(true);
  });

  test('with a page that the person before had open in the same browser', async () => {
    const { victim, other, victims } = await victimAndThief();
    await victim.open(`${door.baseUrl}/idp/profile/Logout`);
    await victim.submit(victim.page.forms.find(({ action }) => action.endsWith('/Logout')) as Form);
    await victim.open(portal);
    await logIn(victim, teacher);
    const page = await victim.submit(victims);
    expect(page.status).toBe(403);
    expect(page.links.map(({ text }) => text)).toContain(pageTexts.en.error.again);
    expect(await isSignedIn(other)).toBe(true);
  });

  test('a token for one action or one session is good for no other', async () => {
    const { victim, other, victims } = await victimAndThief();
    const others = { ...victims, action: `${portal}/end-others` };
    const elsewhereNow = withField(victims, 'session', 'A'.repeat(22));
    for (const form of [others, elsewhereNow, withField(victims, 'session', '')]) {
      expect((await victim.submit(form)).status).toBe(403);
    }
    expect(await isSignedIn(other)).toBe(true);
  });
});

describe('attack: a portal login that goes elsewhere', () => {
  test('the address to go to is nobody’s to choose', async () => {
    const evil = 'https://evil.example/';
    const query = new URLSearchParams({ next: evil, url: evil, returnTo: evil, redirect: '//evil.example' });
    const browser = pretendBrowser();
    const form = fillIn(loginForm(await browser.open(`${portal}?${query}`)), student);
    const more = [...query].map(([name, value]) => ({ name, value, type: 'hidden' }));
    const action = `${form.action}?${query}`;
    const page = await browser.submit({ ...form, action, fields: [...form.fields, ...more] });
    expect(page.hops[0]?.headers.location).toBe('/portal');
    expect(page.links.filter(({ href }) => href.startsWith(evil))).toEqual([]);
  });

  test('an attempt of one kind opens nothing of the other', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const portalForm = fillIn(loginForm(await browser.open(portal)), student);
    const ssoForm = fillIn(loginForm(await browser.open(door.ask())), student);
    for (const form of [
      { ...portalForm, action: ssoForm.action },
      { ...ssoForm, action: portalForm.action },
    ]) {
      const page = await browser.submit(form);
      expect(page.status).toBe(400);
      expect(page.text).toMatch(/no longer works/);
      expect(cookieNames(page)).not.toContain('gakumon-session');
    }
    const attempt = ssoForm.fields.find(({ name }) => name === 'attempt')?.value;
    expect((await browser.open(`${portal}/login?attempt=${attempt}`)).status).toBe(400);
    expect((await browser.open(`${portal}/login?attempt=a&attempt=b`)).status).toBe(400);
  });

  test('login CSRF: the victim is not logged in as the attacker', async () => {
    const attacker = pretendBrowser();
    const form = fillIn(loginForm(await attacker.open(portal)), teacher);
    const victim = pretendBrowser();
    await victim.open(portal);
    for (const page of [await victim.submit(form), await victim.submitFrom('http://localhost:9/evil', form)]) {
      expect(page.status).toBe(403);
      expect(cookieNames(page)).toEqual([]);
    }
  });
});
