import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { temporaryFolder } from '../processes.ts';
import { findProgram } from '../programs.ts';

/** What the rig needs, for `describeWith`. */
export const chromiumPrograms: readonly string[] = ['chromium'];

const sizes: Readonly<Record<'desktop' | 'phone', BrowserContextOptions>> = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
const locales = { ja: 'ja-JP', en: 'en-US' } as const;

export type BrowserOptions = {
  readonly language: 'ja' | 'en';
  readonly size: 'desktop' | 'phone';
  /** False: the person has switched JavaScript off. */
  readonly javaScript?: boolean;
  /** False: the person has blocked all cookies. */
  readonly cookies?: boolean;
};

const openContexts: BrowserContext[] = [];
afterAll(async () => {
  await Promise.all(openContexts.splice(0).map((context) => context.close()));
});

const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Opens Debian's Chromium with a fresh profile and gives its first page. It is closed after the last test of the file
 * at the latest; `page.context().close()` closes it earlier.
 *
 * @throws Error when Chromium is not installed or does not start
 */
export async function openBrowser(options: BrowserOptions): Promise<Page> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  const { chromium } = await import('playwright-core');
  const profile = await temporaryFolder();
  if (options.cookies === false) await blockCookies(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: quietly,
    locale: locales[options.language],
    javaScriptEnabled: options.javaScript ?? true,
    ...sizes[options.size],
  });
  openContexts.push(context);
  context.setDefaultTimeout(20_000);
  return context.pages()[0] ?? context.newPage();
}

async function blockCookies(profile: string): Promise<void> {
  const block = 2;
  await mkdir(join(profile, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: block } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

/**
 * Keeps a picture of the whole page in `var/screenshots/`, for people to look at.
 * @param name what is shown and to whom, e.g. `login-ja-phone`
 */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = resolve(import.meta.dirname, '../../../../var/screenshots');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/**
 * Asks axe whether people with disabilities can use the page: WCAG 2.0 to 2.2, levels A and AA, and axe's best practices.
 * @throws Error that lists each finding with its rule and the elements
 */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve('axe-core');
  await page.evaluate(await readFile(join(dirname(axe), 'axe.min.js'), 'utf8'));
  const findings = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: typeof import('axe-core') }).axe;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await run.run({ runOnly: tags });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join('\n')}`,
    );
  });
  if (findings.length > 0) throw new Error(`axe on ${page.url()}:\n${findings.join('\n')}`);
}
