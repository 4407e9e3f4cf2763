import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fillIn, type PretendBrowser, type PretendSp, pretendBrowser } from '@gakumon/testkit';
import { recognise } from './sight.ts';
import type { TrialNode } from './trialNode.ts';
import type { TrialPerson } from './trialPeople.ts';
import type { TrialSite } from './trialSite.ts';

/** A fresh request of the first SP that takes its assertions in the clear. */
export function askSp(site: TrialSite): { readonly sp: PretendSp; readonly id: string; readonly url: string } {
  const sp = site.sps.at(-1) as PretendSp;
  return { sp, ...sp.redirectTo(`${site.baseUrl}/idp/profile/SAML2/Redirect/SSO`) };
}

/** A browser of somebody who has logged in, at one node or another. */
export async function logIn(site: TrialSite, { username, password }: TrialPerson): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en', ca: site.ca });
  const sight = recognise(await browser.open(askSp(site).url));
  if (sight.kind !== 'login') throw new Error(`no login page but ${sight.kind}`);
  const answer = recognise(await browser.submit(fillIn(sight.form, { username, password })));
  if (answer.kind !== 'delivered') throw new Error(`no answer but ${answer.kind}`);
  return browser;
}

/** What the browser has instead of a password. */
export function sessionTokenOf(browser: PretendBrowser): string {
  const cookie = browser.cookies().find(({ name }) => name === sessionCookie);
  if (cookie === undefined) throw new Error('the browser has no session');
  return cookie.value;
}

const sessionCookie = '__Host-gakumon-session';

/** Where Redis keeps the session of a token (docs/redis-keys.md). */
export const sessionKeyOf = (token: string): string =>
  `gkm:session:${createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')}`;

/** Goes with a token to a node itself, past the balancer. @returns whether the node signed its bearer in */
export async function isSignedIn(site: TrialSite, node: TrialNode, token: string): Promise<boolean> {
  const { pathname, search } = new URL(askSp(site).url);
  const cookie = `${sessionCookie}=${token}`;
  const answer = await fetch(`http://127.0.0.1:${node.port}${pathname}${search}`, { headers: { cookie } });
  const html = await answer.text();
  const isLogin = html.includes('id="login"');
  const isDelivery = html.includes('name="SAMLResponse"');
  if (isLogin === isDelivery) throw new Error(`${answer.status}, neither a login page nor an answer: ${html}`);
  return isDelivery;
}

/**
 * Waits until each node has done all of its work of every second once more: what it wrote down of one visit stands in the
 * records, and then that of another.
 */
export async function untilNodesHaveLooked(site: TrialSite, token: string): Promise<void> {
  for (const _round of ['one', 'two']) {
    const before = await countEvents(site);
    for (const node of site.nodes) await isSignedIn(site, node, token);
    while ((await countEvents(site)) < before + site.nodes.length) await pause(20);
  }
}

async function countEvents({ postgres, database }: TrialSite): Promise<number> {
  return Number(await postgres.sql("select count(*) from history where kind = 'sign-on'", database));
}

/** Waits until every node says that people can log in at it. */
export async function untilNodesAreReady({ nodes }: TrialSite): Promise<void> {
  for (const { port } of nodes) {
    while ((await fetch(`http://127.0.0.1:${port}/readyz/sign-on`)).status !== 200) await pause(20);
  }
}
