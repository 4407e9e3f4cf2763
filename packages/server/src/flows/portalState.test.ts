import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Form, freePort, type Page, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLog, startServer } from '../index.ts';
import { pageTexts } from '../messages/index.ts';
import { openWithoutRecords } from './recordsAway.ts';
import { sendBeside } from './sendAndHangUp.ts';
import { logIn, loginForm, openTestDoor, student, type TestDoor, teacher } from './testDoor.ts';

const t = pageTexts.en.portal;
const cookieName = 'gakumon-portal';
let door: TestDoor;
beforeEach(async () => {
  door = await openTestDoor({ stores: { sessions: 'memory' } });
});

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

const statusOf = (page: Page): readonly string[] => page.select('[role=status]');
const cookiesOf = (browser: PretendBrowser): Map<string, string> =>
  new Map(browser.cookies().map(({ name, value }) => [name, value]));
const formsTo = ({ forms }: Page, path: string): Form[] => forms.filter(({ action }) => action.endsWith(path));

async function atPortal(baseUrl = door.baseUrl, person: { username: string; password: string } = student) {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(`${baseUrl}/portal`);
  await logIn(browser, person);
  return browser;
}

/** Presses the first button that ends something, and does not look at the page that comes. */
async function endUnseen(browser: PretendBrowser, path = '/portal/end') {
  const [form] = formsTo(await browser.open(browser.page.url), path);
  const sent = await sendBeside(browser, form as Form, {}).answered;
  expect(sent.status).toBe(303);
  return sent.setCookie.map((cookie) => cookie.split(';')[0] ?? '').join('; ');
}

/** Opens the portal with exactly these cookies. */
async function openWith(cookies: ReadonlyMap<string, string>, more = ''): Promise<string> {
  const header = [...[...cookies].map(([name, value]) => `${name}=${value}`), more].join('; ');
  return (await fetch(`${door.baseUrl}/portal`, { headers: { cookie: header, 'accept-language': 'en' } })).text();
}

describe('the page state', () => {
  test('has a cookie of its own, which is set with the first notice and not before', async () => {
    const browser = await atPortal();
    await atPortal();
    expect(cookiesOf(browser).has(cookieName)).toBe(false);
    const [form] = formsTo(await browser.reload(), '/portal/end');
    const page = await browser.submit(form as Form);
    const set = page.hops.flatMap(({ setCookie }) => setCookie);
    expect(set).toEqual([
      expect.stringMatching(/^gakumon-portal=s%3A[\w-]{32}\.[^;]+; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  test('is __Host- and Secure where the base URL is https, whatever the proxy in front tells', async () => {
    const port = await freePort();
    const { config, idp } = door.parts;
    const baseUrl = 'https://idp.example.ac.jp';
    const server = await startServer(
      { ...door.parts, config: { ...config, idp: { ...config.idp, baseUrl } }, idp: { ...idp, baseUrl } },
      { port, log: createLog({ write: () => {} }), noticeLimit: 0 },
    );
    opened.push(server.close);
    const browser = await atPortal();
    await atPortal();
    const [form] = formsTo(await browser.reload(), '/portal/end');
    const cookie = [...cookiesOf(browser)].map(([name, value]) => `__Host-${name}=${value}`).join('; ');
    const fields = new URLSearchParams(form?.fields.map(({ name, value }) => [name, value]));
    const answer = await fetch(`${server.url}/portal/end`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: fields,
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-gakumon-portal=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
  });

  test('stays away from every other address', async () => {
    const browser = await atPortal();
    await atPortal();
    await browser.submit(formsTo(await browser.reload(), '/portal/end')[0] as Form);
    for (const path of ['/', '/idp/profile/Logout', '/portals', '/healthz']) {
      const page = await browser.open(door.baseUrl + path);
      expect(page.hops.flatMap(({ setCookie }) => setCookie)).toEqual([]);
    }
  });

  test('outlives a rotation of the sealing keys', async () => {
    const browser = await atPortal();
    await atPortal();
    const state = await endUnseen(browser);
    const { sealing } = door.parts.config.keys;
    if (!('file' in sealing)) throw new Error('the test door has its keys in a file');
    const keys = ['new', 'sealing'].map((secret) => Buffer.alloc(32, secret).toString('base64'));
    await writeFile(sealing.file, keys.join('\n'));
    while (door.parts.idp.sealingKeys.all.length < keys.length) await delay(20);
    expect(await openWith(cookiesOf(browser), state)).toContain(t.notices.ended);
  });

  test.each(['find', 'save', 'remove'] as const)(
    'whose store cannot %s costs a notice and nothing else',
    async (broken) => {
      const port = await freePort();
      const baseUrl = `http://127.0.0.1:${port}`;
      const { config, idp, pageStates } = door.parts;
      const away = async (): Promise<never> => {
        throw new Error('away');
      };
      const server = await startServer(
        {
          ...door.parts,
          config: { ...config, idp: { ...config.idp, baseUrl } },
          idp: { ...idp, baseUrl },
          pageStates: { ...pageStates, [broken]: away },
        },
        { port, log: createLog({ write: () => {} }), noticeLimit: 0 },
      );
      opened.push(server.close);
      const browser = await atPortal(baseUrl);
      await atPortal(baseUrl);
      await atPortal(baseUrl);
      for (const left of [1, 0]) {
        const [form] = formsTo(await browser.open(`${baseUrl}/portal`), '/portal/end');
        const page = await browser.submit(form as Form);
        expect([page.status, page.select('article').length]).toEqual([200, left]);
      }
    },
  );
});

describe('attack: the cookie of the page state', () => {
  test('opens nothing by itself', async () => {
    const browser = await atPortal();
    await atPortal();
    const html = await openWith(new Map(), await endUnseen(browser));
    expect(html).toContain('id="login"');
    expect(html).not.toMatch(/s1234567|role="status"/);
  });

  test('of another person, or of another login of the same one, tells nothing', async () => {
    const browser = await atPortal();
    const others = [await atPortal(), await atPortal(door.baseUrl, teacher)];
    await atPortal();
    const state = await endUnseen(browser);
    for (const other of others) expect(await openWith(cookiesOf(other), state)).not.toContain('role="status"');
    expect(await openWith(cookiesOf(browser), state)).toContain(t.notices.ended);
  });

  test('once used is used up', async () => {
    const browser = await atPortal();
    await atPortal();
    const state = await endUnseen(browser);
    expect(await openWith(cookiesOf(browser), state)).toContain(t.notices.ended);
    expect(await openWith(cookiesOf(browser), state)).not.toContain('role="status"');
  });

  test.each([
    ['made up', `s%3A${'A'.repeat(32)}.${'B'.repeat(43)}`],
    ['unsigned', 'A'.repeat(32)],
    ['no text', '%00%ff'],
    ['endless', 'x'.repeat(8_000)],
    ['another prototype', 's%3A__proto__.x'],
  ])('that is %s does not reach the store, and the page is as ever', async (_what, value) => {
    const browser = await atPortal();
    const asked: string[] = [];
    const { find } = door.parts.pageStates;
    Object.assign(door.parts.pageStates, {
      find: (id: string) => {
        asked.push(id);
        return find(id);
      },
    });
    const html = await openWith(cookiesOf(browser), `${cookieName}=${value}`);
    expect(html).toContain(t.noOthers);
    expect(asked).toEqual([]);
  });
});

describe('the records are away', () => {
  test('one is ended all the same; the page says that it is to be repeated, which then makes it certain', async () => {
    const { baseUrl, setAway } = await openWithoutRecords(door);
    const browser = await atPortal(baseUrl);
    await atPortal(baseUrl);
    await browser.open(`${baseUrl}/portal`);
    expect(browser.page.text).toContain(t.eventsAway);
    const page = await browser.submit(formsTo(browser.page, '/portal/end')[0] as Form);
    expect(statusOf(page)).toEqual([expect.stringContaining(t.notices.unrecorded)]);
    expect(page.select('article')).toEqual([]);
    const [again] = formsTo(await browser.reload(), '/portal/end');
    expect(statusOf(await browser.submit(again as Form))).toEqual([expect.stringContaining(t.notices.unrecorded)]);
    setAway(false);
    expect(statusOf(await browser.submit(again as Form))).toEqual([t.notices.absent]);
    const revoked = again?.fields.find(({ name }) => name === 'session')?.value;
    expect(door.parts.idp.isRevoked({ id: revoked as never, username: student.username as never, createdAt: 0 })).toBe(
      true,
    );
  });

  test('all others likewise', async () => {
    const { baseUrl, setAway } = await openWithoutRecords(door);
    const browser = await atPortal(baseUrl);
    await atPortal(baseUrl);
    await atPortal(baseUrl);
    const [form] = formsTo(await browser.open(`${baseUrl}/portal`), '/portal/end-others');
    const page = await browser.submit(form as Form);
    expect(statusOf(page)).toEqual([expect.stringContaining(t.notices.unrecorded)]);
    expect(page.text).toContain(t.noOthers);
    setAway(false);
    const [again] = formsTo(page, '/portal/end-others');
    expect(statusOf(await browser.submit(again as Form))).toEqual([t.notices.noOthers]);
    expect(loginForm(await pretendBrowser().open(`${baseUrl}/portal`))).toBeDefined();
  });
});
