import { describeWith, type Form, type Page, pretendBrowser, privateRedis, redisPrograms } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { pageTexts } from '../messages/index.ts';
import { deliveryForm, logIn } from './testDoor.ts';
import { openTwoNodes, type TwoNodes } from './twoNodes.ts';

const t = pageTexts.ja.portal;
const formsTo = ({ forms }: Page, path: string): Form[] => forms.filter(({ action }) => action.endsWith(path));

describeWith(redisPrograms, 'the portal on two nodes, with the sessions in Redis', () => {
  let two: TwoNodes;
  let portal: string;
  beforeAll(async () => {
    const { port } = await privateRedis();
    two = await openTwoNodes({ sessions: { redis: { url: `redis://127.0.0.1:${port}`, prefix: 'two:' } } });
    portal = new URL('/portal', two.ask()).href;
  }, 60_000);

  /** Another device, with a service open on a node. */
  async function elsewhere(node: 0 | 1) {
    two.send(node);
    const browser = pretendBrowser({ language: 'ja' });
    await browser.open(two.ask());
    await logIn(browser);
    return browser;
  }

  test('each request of a login and of an order may hit any node; what is ended on one is gone on the other at once', async () => {
    two.send(0);
    const browser = pretendBrowser({ language: 'ja' });
    await browser.open(portal);
    two.send(1);
    await logIn(browser, { password: 'wrong' });
    two.send(0);
    expect((await browser.reload()).select('[role=alert]')).toHaveLength(1);
    expect((await logIn(browser)).title).toContain(t.title);
    const [first, second] = [await elsewhere(0), await elsewhere(1)];
    two.send(0);
    const [form] = formsTo(await browser.reload(), '/portal/end');
    two.send(1);
    const ended = await browser.submit(form as Form);
    expect(ended.select('[role=status]')).toEqual([t.notices.ended]);
    expect(ended.select('article')).toHaveLength(1);
    two.send(0);
    const states = [];
    for (const other of [first, second]) states.push(deliveryForm(await other.open(two.ask())) !== undefined);
    expect(states.filter(Boolean)).toHaveLength(1);
    expect((await browser.open(portal)).select('[role=status]')).toEqual([]);
  });

  test('the notice of one node is found by the other', async () => {
    two.send(0);
    const browser = pretendBrowser({ language: 'ja' });
    await browser.open(portal);
    await logIn(browser);
    const others = [await elsewhere(0), await elsewhere(1)];
    two.send(0);
    const [form] = formsTo(await browser.reload(), '/portal/end-others');
    const sent = await fetch(form?.action ?? '', {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: headerOf(browser.cookies()) },
      body: new URLSearchParams(form?.fields.map(({ name, value }) => [name, value])),
    });
    const notice = sent.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
    two.send(1);
    const header = [headerOf(browser.cookies()), ...notice].join('; ');
    const page = await fetch(portal, { headers: { cookie: header, 'accept-language': 'ja' } });
    expect(await page.text()).toContain('role="status"');
    for (const other of others) expect(deliveryForm(await other.open(two.ask()))).toBeUndefined();
  });
});

const headerOf = (cookies: readonly { name: string; value: string }[]): string =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
