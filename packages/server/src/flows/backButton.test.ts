import { chromiumPrograms, describeWith, openBrowser } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { openTestDoor, student, type TestDoor } from './testDoor.ts';

describeWith(chromiumPrograms, 'a real browser with scripts', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openTestDoor();
  }, 60_000);

  /** A browser for which the SP is reachable; every post to it is kept. */
  const openAtService = async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    const posts: string[] = [];
    await page.context().route('https://sp.example.org/**', async (route) => {
      if (route.request().method() === 'POST') posts.push(route.request().postData() ?? '');
      await route.fulfill({
        contentType: 'text/html',
        body: '<title>Welcome at the service</title><a href="/more">more</a>',
      });
    });
    const arrive = () => page.waitForURL('https://sp.example.org/**');
    const logIn = async () => {
      await page.fill('#username', student.username);
      await page.fill('#password', student.password);
      await page.click('#login button:not([name])');
    };
    return { page, posts, arrive, logIn };
  };

  test('is sent on by itself, once; Back does not send it on again', async () => {
    const { page, posts, arrive, logIn } = await openAtService();
    await page.goto(door.ask());
    await logIn();
    await arrive();
    expect(posts).toHaveLength(1);

    await page.goBack();
    await page.waitForLoadState();
    expect(page.url()).toContain(door.baseUrl);
    expect(await page.textContent('h1')).toMatch(/This sign-in is finished/);
    expect(posts).toHaveLength(1);
  });

  test('with a session passes through, and Back goes to where the person came from', async () => {
    const { page, posts, arrive, logIn } = await openAtService();
    await page.goto(door.ask());
    await logIn();
    await arrive();
    await page.goto(`${door.baseUrl}/`);
    await page.goto(door.ask());
    await arrive();
    expect(posts).toHaveLength(2);
    // A page that the browser kept is shown without being loaded.
    await page.goBack({ waitUntil: 'commit' });
    expect(page.url()).toBe(`${door.baseUrl}/`);
    expect(posts).toHaveLength(2);
  });

  test('that refuses passively does not send the person round and round', async () => {
    const { page, posts, arrive } = await openAtService();
    await page.goto(`${door.baseUrl}/`);
    await page.goto(door.ask({ isPassive: true }));
    await arrive();
    // A page that the browser kept is shown without being loaded.
    await page.goBack({ waitUntil: 'commit' });
    expect(page.url()).toBe(`${door.baseUrl}/`);
    expect(posts).toHaveLength(1);
  });

  test('goes Back and forth after a wrong password without a question whether to send the form again', async () => {
    const { page, arrive, logIn } = await openAtService();
    await page.goto(door.ask());
    await page.fill('#username', student.username);
    await page.fill('#password', 'wrong');
    await page.press('#password', 'Enter');
    await page.waitForSelector('#problem');
    // A page that the browser kept is shown without being loaded.
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForSelector('#login');
    await page.goForward({ waitUntil: 'commit' });
    await page.waitForSelector('#problem');
    expect(await page.isVisible('#problem')).toBe(true);
    expect((await page.reload())?.request().method()).toBe('GET');
    await logIn();
    await arrive();
  });

  test('changes the language without losing the name that was typed, and sends no password for it', async () => {
    const { page } = await openAtService();
    await page.goto(door.ask());
    await page.fill('#username', 'half a na');
    await page.fill('#password', 'not to be sent');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await page.click('button.language');
    expect((await sent).postData()).not.toMatch(/not.to.be.sent|password/);
    await page.waitForSelector('html[lang=ja]');
    expect(await page.inputValue('#username')).toBe('half a na');
    expect(await page.isVisible('#problem')).toBe(false);
  });

  test('shows the password on demand and hides it again before it is sent', async () => {
    const { page, arrive } = await openAtService();
    await page.goto(door.ask());
    await page.fill('#username', student.username);
    await page.fill('#password', student.password);
    await page.check('#show-password');
    expect(await page.getAttribute('#password', 'type')).toBe('text');
    await page.uncheck('#show-password');
    expect(await page.getAttribute('#password', 'type')).toBe('password');
    await page.press('#password', 'Enter');
    await arrive();
  });
});
