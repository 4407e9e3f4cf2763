import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, BrowserType, Page } from 'playwright-core';
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

let shared: Promise<Browser> | undefined;
/** What has to be undone, in the order in which it was done. */
const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  shared = undefined;
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
 * Opens a window of Debian's Chromium with cookies and storage of its own. It is closed after the last test of the file at
 * the latest; `page.context().close()` closes it earlier.
 *
 * @throws Error when Chromium is not installed or does not start
 */
export async function openBrowser(options: BrowserOptions): Promise<Page> {
  const context = options.cookies === false ? await openWithoutCookies(options) : await openContext(options);
  opened.push(() => context.close());
  context.setDefaultTimeout(20_000);
  return context.pages()[0] ?? context.newPage();
}

async function openContext(options: BrowserOptions): Promise<BrowserContext> {
  shared ??= loadChromium().then(async ({ chromium, executablePath }) => {
    const browser = await chromium.launch({
      executablePath,
      args: quietly,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    opened.unshift(() => browser.close());
    return browser;
  });
  return (await shared).newContext(contextOptions(options));
}

/** Blocking cookies is a preference of a profile, which only a browser of its own has. */
async function openWithoutCookies(options: BrowserOptions): Promise<BrowserContext> {
  const { chromium, executablePath } = await loadChromium();
  const profile = await mkdtemp(join(tmpdir(), 'gakumon-chromium-'));
  opened.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  await blockCookies(profile);
  return chromium.launchPersistentContext(profile, { executablePath, args: quietly, ...contextOptions(options) });
}

/** Imported on first use: most test files that use the testkit open no browser. */
async function loadChromium(): Promise<{ chromium: BrowserType; executablePath: string }> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  const { chromium } = await import('playwright-core');
  return { chromium, executablePath };
}

const contextOptions = ({ language, size, javaScript = true }: BrowserOptions): BrowserContextOptions => ({
  locale: locales[language],
  javaScriptEnabled: javaScript,
  ...sizes[size],
});

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
 * Asks axe whether people with disabilities can use the page, in light and in dark colours: WCAG 2.0 to 2.2, levels A
 * and AA, and axe's best practices.
 * @throws Error that lists each finding with its rule and the elements
 */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve('axe-core');
  await page.evaluate(await readFile(join(dirname(axe), 'axe.min.js'), 'utf8'));
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const findings = await findViolations(page);
    if (findings.length > 0) throw new Error(`axe on ${page.url()}, ${colorScheme}:\n${findings.join('\n')}`);
  }
}

const findViolations = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: tags });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join('\n')}`,
    );
  });
