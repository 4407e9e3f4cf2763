import { setTimeout as pause } from 'node:timers/promises';
import { type Page, pretendBrowser } from '@gakumon/testkit';
import { expect } from '@jest/globals';
import { deliveryForm, logIn, type TestDoor } from '../testDoor.ts';

/** A page that says in the visitor's language that nothing works just now, and lets nobody in. */
export function expectOutOfOrder(page: Page): void {
  expect(page.status).toBe(503);
  expect(page.text).toMatch(page.language === 'ja' ? /ただいま一時的に使えません/ : /out of order for a moment/);
  expect(page.text).toMatch(/\b\w{4}-\w{2}\b/);
  expect(deliveryForm(page)).toBeUndefined();
  expect(page.hops.flatMap(({ setCookie }) => setCookie)).toEqual([]);
  expect(withoutSealed(page.body)).not.toMatch(/redis|postgres|sqlite|database|\.ts:|\n\s+at /i);
}

/** Sealed and deflated values are random letters, and sooner or later five of them are "redis". */
const withoutSealed = (body: string): string => body.replaceAll(/[\w%+/=.-]{200,}/g, '');

/** What the machines' addresses answer with. */
export async function askMachines({ baseUrl }: TestDoor): Promise<Readonly<Record<string, number>>> {
  const paths = ['/healthz', '/readyz', '/readyz/sign-on', '/idp/shibboleth'];
  const answers = await Promise.all(paths.map(async (path) => [path, (await fetch(baseUrl + path)).status] as const));
  return Object.fromEntries(answers);
}

export const allWell = { '/healthz': 200, '/readyz': 200, '/readyz/sign-on': 200, '/idp/shibboleth': 200 };

/** Waits until a node says that it is ready again. */
export async function untilReady({ baseUrl }: TestDoor): Promise<void> {
  while ((await fetch(`${baseUrl}/readyz`)).status !== 200) await pause(20);
}

/** Waits until a node says that it is not ready: an answer holds for a moment, in which a fast node refuses a crowd. */
export async function untilRed({ baseUrl }: TestDoor): Promise<void> {
  while ((await fetch(`${baseUrl}/readyz`)).status !== 503) await pause(20);
}

/** A browser of somebody who has logged in. */
export async function signedIn(door: TestDoor) {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  expect(deliveryForm(await logIn(browser))).toBeDefined();
  return browser;
}

/** What the operator was told of the stores, without what differs from one trouble to another. */
export const toldOf = ({ notices }: TestDoor, field: 'store' | 'job', name: string): readonly string[] =>
  notices.filter(({ fields }) => fields?.[field] === name).map(({ message }) => message);

/** Waits until the operator was told something. */
export async function untilTold({ notices }: TestDoor, message: string): Promise<void> {
  while (!notices.some((notice) => notice.message === message)) await pause(20);
}
