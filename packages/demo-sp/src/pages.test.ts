import {
  chromiumPrograms,
  describeWith,
  expectAccessible,
  freePort,
  keepScreenshot,
  openBrowser,
  testKeys,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { demoSpMetadata } from './saml/metadata.ts';
import { demoEnvironment, startDemo, startIdp } from './testing/processes.ts';

let baseUrl = '';
beforeAll(async () => {
  const port = await freePort();
  baseUrl = `http://localhost:${port}`;
  const metadata = demoSpMetadata({ baseUrl, certificate: testKeys.spSigning.certificatePem });
  const idp = await startIdp({ demo: metadata });
  await startDemo(demoEnvironment(port, idp.baseUrl)).waitFor(/^ready /);
});

describeWith(chromiumPrograms, 'in a real browser', () => {
  test.each([
    ['ja', 'phone'],
    ['en', 'desktop'],
  ] as const)('every page, in %s on a %s, can be used by everybody', async (language, size) => {
    const page = await openBrowser({ language, size });
    const look = async (name: string): Promise<void> => {
      await keepScreenshot(page, `demo-${name}-${language}-${size}`);
      await expectAccessible(page);
    };
    await page.goto(baseUrl);
    await look('welcome');
    await page.locator('a.button').click();
    await page.locator('input[name=username]').fill('s1234567');
    await page.locator('input[name=password]').fill('gakumon-demo');
    await page.locator('input[name=password]').press('Enter');
    await page.waitForURL(`${baseUrl}/`);
    await look('logged-in');
    expect(await page.locator('main').textContent()).toContain('𠮷野 太郎 <&>');
    await page.locator('main form button').click();
    await page.waitForURL(`${baseUrl}/?loggedOut=1`);
    await page.goto(`${baseUrl}/login?context=https%3A%2F%2Fexample.org%2Funheard-of`);
    await page.waitForURL(`${baseUrl}/acs`);
    await look('status');
    await page.goto(`${baseUrl}/login?force=1`);
    await page.locator('button[name=decision]').click();
    await page.waitForURL(`${baseUrl}/acs`);
    await look('cancelled');
    await page.goto(`${baseUrl}/nowhere`);
    await look('not-found');
  });
});
