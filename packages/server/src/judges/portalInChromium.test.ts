import { chromiumPrograms, describeWith, expectAccessible, keepScreenshot, openBrowser } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { openWithoutRecords } from '../flows/recordsAway.ts';
import { openTestDoor } from '../flows/testDoor.ts';
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

describeWith(chromiumPrograms, 'a person at the portal with Chromium', () => {
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

  /** Another device of the same person, which has opened a service. */
  async function signInElsewhere(): Promise<Page> {
    const page = await openBrowser({ language: 'en', size: 'phone' });
    await page.goto(service.url);
    await logIn(page);
    await page.waitForURL('**/acs');
    return page;
  }

  test.each(people)('who reads $language on a $size signs in, sees where, and ends it', async ({ language, size }) => {
    const named = (name: string) => `${name}-${language}-${size}`;
    const t = pageTexts[language].portal;
    const page = await openBrowser({ language, size });
    await page.goto(`${idp.baseUrl}/portal`);
    expect(await page.textContent('main')).toContain(t.toPortal);
    await judge(page, named('portal-login'));

    await logIn(page, 'not my password');
    await page.waitForSelector('#problem');
    expect(await page.textContent('#problem')).toContain(errorMessages[language]['credentials-wrong'].text);
    await judge(page, named('portal-login-wrong'));
    await page.fill('#password', student.password);
    await page.keyboard.press('Enter');

    await page.waitForSelector('#here');
    expect(new URL(page.url()).pathname).toBe('/portal');
    expect(await page.textContent('main')).toContain(t.noOthers);
    await judge(page, named('portal-alone'));

    const others = [await signInElsewhere(), await signInElsewhere(), await signInElsewhere()];
    await page.reload();
    expect(await page.locator('article').count()).toBe(3);
    expect(await page.textContent('article >> nth=0')).toContain(service.names[language]);
    await judge(page, named('portal-others'));

    await page.click('article >> nth=0 >> button');
    await page.waitForSelector('[role=status]');
    expect(await page.textContent('[role=status]')).toContain(t.notices.ended);
    await judge(page, named('portal-ended'));
    await page.click(`text=${t.endOthers}`);
    await page.waitForSelector(`text=${t.noOthers}`);
    await judge(page, named('portal-ended-others'));
    for (const other of others) {
      await other.goto(service.url);
      await other.waitForSelector('#login');
    }
    await page.click(`text=${t.signOut}`);
    await page.click('main button');
    await page.waitForSelector(`text=${pageTexts[language].loggedOut.title}`);
    await judge(page, named('portal-logged-out'));
  });

  test.each([
    { language: 'ja', size: 'phone' },
    { language: 'en', size: 'desktop' },
  ] as const)('without JavaScript and with the records away, in $language on a $size', async ({ language, size }) => {
    const t = pageTexts[language].portal;
    const { baseUrl } = await openWithoutRecords(await openTestDoor());
    const logInThere = async () => {
      const page = await openBrowser({ language, size, javaScript: false });
      await page.goto(`${baseUrl}/portal`);
      await logIn(page);
      await page.waitForSelector('#here');
      return page;
    };
    const page = await logInThere();
    await logInThere();
    await page.reload();
    await page.click('article button');
    await page.waitForSelector('[role=status]');
    expect(await page.textContent('[role=status]')).toContain(t.notices.unrecorded);
    expect(await page.textContent('main')).toContain(t.eventsAway);
    await keepScreenshot(page, `portal-unrecorded-${language}-${size}`);
    await page.click(`text=${t.again}`);
    await page.waitForSelector('[role=status]');
  });

  test('is shown what went wrong, with a way back', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone' });
    await page.goto(`${idp.baseUrl}/portal/login?attempt=x`);
    expect(await page.title()).toContain(errorMessages.ja['attempt-tampered'].title);
    await judge(page, 'portal-error-ja-phone');
    await page.click('main a[role=button]');
    await page.waitForSelector('#login');
  });
});
