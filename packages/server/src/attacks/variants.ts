import type { Idp } from '@gakumon/idp';
import { freePort, type Page, type PretendSp, pretendBrowser } from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import type { TestDoor } from '../flows/testDoor.ts';
import { createLog, startServer } from '../index.ts';
import type { PageErrorCode } from '../messages/index.ts';
import { redirectPath } from './attack.ts';

/** Where an error led: to a page of ours, or to the SP that is told. */
export type Reached = {
  readonly page: Page;
  readonly sp?: PretendSp;
  /** The log that tells of it, when it is not the door's own. */
  readonly log?: readonly Readonly<Record<string, unknown>>[];
};

export type EverydayError = { readonly code: PageErrorCode; readonly reach: (door: TestDoor) => Promise<Reached> };

/** A browser that has opened an address. */
export const openBrowser = async (address: string) => {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(address);
  return browser;
};

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

/** The same IdP at another port, with some of its parts exchanged. */
export async function openVariant(door: TestDoor, parts: (idp: Idp) => Partial<Idp>) {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const log: Record<string, unknown>[] = [];
  const { config, idp } = door.parts;
  const server = await startServer(
    { ...door.parts, config: { ...config, idp: { ...config.idp, baseUrl } }, idp: { ...idp, baseUrl, ...parts(idp) } },
    { port, log: createLog({ write: (line) => void log.push(JSON.parse(line)) }) },
  );
  opened.push(server.close);
  return { log, ask: () => door.sp.redirectTo(`${baseUrl}${redirectPath}`).url };
}
