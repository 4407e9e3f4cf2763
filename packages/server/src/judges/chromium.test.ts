import { chromiumPrograms, describeWith, expectAccessible, keepScreenshot, openBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { errorMessages, pageTexts } from '../messages/index.ts';
import { type RunningIdp, startIdp, student } from './runningIdp.ts';
import { startVisitedService, type VisitedService } from './visitedService.ts';

type Page = Awaited<ReturnType<typeof openBrowser>>;

/** Looked at by axe, by a person later, and for having to scroll sideways. */
async function judge(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name);
  await expectAccessible(page);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect({ name, sideways: Math.max(0, Number(sideways)) }).toEqual({ name, sideways: 0 });
}

async function logIn(page: Page, password: string = student.password): Promise<void> {
  await page.fill('#username', student.username);
  await page.fill('#password', password);
  await page.click('#login button >> nth=0');
}

const arrived = async (page: Page): Promise<string | null> => {
  await page.waitForURL('**/acs');
  return page.textContent('h1');
};

describeWith(chromiumPrograms, 'a person with Chromium', () => {
  let idp: RunningIdp;
  let service: VisitedService;
  beforeAll(async () => {
    idp = await startIdp();
    service = await startVisitedService(idp);
  }, 60_000);

  const people = [
    { language: 'ja', size: 'phone' },
    { language: 'en', size: 'desktop' },
  ] as const;

  describe.each(people)('who reads $language on a $size', ({ language, size }) => {
    const named = (name: string) => `${name}-${language}-${size}`;
    const t = pageTexts[language];

    test('logs in, after a wrong password', async () => {
      const page = await openBrowser({ language, size });
      await page.goto(service.url);
      expect(await page.textContent('main')).toContain(service.names[language]);
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      await judge(page, named('login'));

      await logIn(page, 'not my password');
      await page.waitForSelector('#problem');
      expect(await page.textContent('#problem')).toContain(errorMessages[language]['credentials-wrong'].text);
      expect(await page.inputValue('#username')).toBe(student.username);
      await judge(page, named('login-wrong'));

      await page.fill('#password', student.password);
      await page.keyboard.press('Enter');
      expect(await arrived(page)).toBe(student.jaDisplayName);
    });

    test('finds every other page in good order', async () => {
      const page = await openBrowser({ language, size });
      const visit = async (path: string, name: string, title: string) => {
        await page.goto(`${idp.baseUrl}${path}`);
        expect(await page.title()).toContain(title);
        await judge(page, named(name));
      };
      await visit('/', 'front', t.front.title);
      await visit('/idp/login', 'bookmarked', t.bookmark.title);
      await visit('/nowhere', 'not-found', errorMessages[language]['page-not-found'].title);
      await visit('/idp/profile/SAML2/Redirect/SSO', 'error', errorMessages[language]['request-missing'].title);
      await visit('/idp/profile/SAML1/SSO', 'saml1', errorMessages[language]['saml1-unsupported'].title);

      await page.goto(service.url);
      await logIn(page);
      await arrived(page);
      await visit('/', 'front-signed-in', t.front.title);
      await visit('/idp/profile/Logout', 'logout', t.logout.title);
      await page.click('main button');
      await page.waitForSelector(`text=${t.loggedOut.title}`);
      await judge(page, named('logged-out'));
    });

    test('is handed on by a button when the script does not run', async () => {
      const page = await openBrowser({ language, size });
      await page.route(/post[^/]*\.js/, (route) => route.abort());
      await page.goto(service.url);
      await logIn(page);
      await page.waitForSelector('form[data-post]');
      await judge(page, named('deliver'));
      await page.click('main button');
      expect(await arrived(page)).toBe(student.jaDisplayName);
    });
  });

  test('needs no mouse', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(service.url);
    // The browser moves the focus with its first picture, which may come after the page.
    await page.locator('[name=username]:focus').waitFor();
    await page.keyboard.type(student.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(student.password);
    await page.keyboard.press('Enter');
    expect(await arrived(page)).toBe(student.jaDisplayName);
  });

  test('can leave the login by the keyboard alone, and the service learns of it', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(service.url);
    await page.locator('[name=username]:focus').waitFor();
    const cancel = pageTexts.en.login.cancel;
    for (let tabs = 0; tabs < 8 && (await focusedText(page)) !== cancel; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await arrived(page)).toBe('urn:oasis:names:tc:SAML:2.0:status:AuthnFailed');
  });

  test('needs no JavaScript', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone', javaScript: false });
    await page.goto(service.url);
    await keepScreenshot(page, 'login-without-javascript-ja-phone');
    await logIn(page);
    await keepScreenshot(page, 'deliver-without-javascript-ja-phone');
    await page.click('main button');
    expect(await arrived(page)).toBe(student.jaDisplayName);
  });

  test('changes the language in the middle of a login, and it stays', async () => {
    const page = await openBrowser({ language: 'ja', size: 'desktop' });
    await page.goto(service.url);
    await page.click('button.language');
    await page.waitForSelector('html[lang=en]');
    await logIn(page);
    await arrived(page);
    await page.goto(`${idp.baseUrl}/`);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
  });

  test('is not asked again within the session, except when the service insists', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(service.url);
    await logIn(page);
    await arrived(page);
    await page.goto(service.url);
    expect(await arrived(page)).toBe(student.jaDisplayName);
    await page.goto(`${service.url}?force`);
    expect(await page.textContent('main')).toContain(pageTexts.en.login.fresh);
    await judge(page, 'login-fresh-en-desktop');
    await logIn(page);
    expect(await arrived(page)).toBe(student.jaDisplayName);
  });

  test('who goes Back after the login ends somewhere sensible', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(service.url);
    const login = page.url();
    await logIn(page);
    await arrived(page);
    await page.goBack();
    expect(new URL(page.url()).origin).toBe(idp.baseUrl);
    await keepScreenshot(page, 'back-en-desktop');

    await page.goto(login);
    expect(await page.title()).toContain(pageTexts.en.answered.title);
    await judge(page, 'answered-en-desktop');
    await page.click('main a[role=button]');
    expect(await arrived(page)).toBe(student.jaDisplayName);
  });

  test('who submits an old login page again is led on, not scolded', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(service.url);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await logIn(page);
    await arrived(page);
    await logIn(second);
    await second.waitForLoadState();
    expect(await second.title()).toContain(pageTexts.en.answered.title);
  });

  test('who blocks cookies is told what to do', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone', cookies: false });
    await page.goto(service.url);
    await logIn(page);
    expect(await page.title()).toContain(errorMessages.ja['cookies-missing'].title);
    await judge(page, 'cookies-missing-ja-phone');
  });
});

const focusedText = async (page: Page): Promise<string> =>
  String(await page.evaluate("document.activeElement?.textContent?.trim() ?? ''"));
