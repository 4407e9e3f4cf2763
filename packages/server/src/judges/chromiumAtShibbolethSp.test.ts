import {
  chromiumPrograms,
  describeWith,
  keepScreenshot,
  openBrowser,
  readEnvironment,
  type ShibbolethSp,
  shibbolethSpPrograms,
  startShibbolethSp,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { type RunningIdp, startIdp, student } from './runningIdp.ts';

type Page = Awaited<ReturnType<typeof openBrowser>>;

describeWith([...chromiumPrograms, ...shibbolethSpPrograms], 'Chromium at a real Shibboleth SP', () => {
  let idp: RunningIdp;
  let sp: ShibbolethSp;
  beforeAll(async () => {
    idp = await startIdp();
    sp = await startShibbolethSp({ idpEntityId: idp.entityId, idpMetadata: await idp.metadata(), host: 'localhost' });
    await idp.register(sp.entityId, await sp.metadata());
    await idp.register(sp.second.entityId, await sp.second.metadata());
  }, 120_000);

  const environmentOf = async (page: Page) => readEnvironment(await page.content());

  test('opens a protected page with one login, and then the page of a second SP with none', async () => {
    const page = await openBrowser({ language: 'ja', size: 'desktop' });
    await page.goto(sp.secureUrl);
    expect(new URL(page.url()).origin).toBe(idp.baseUrl);
    await page.fill('#username', student.username);
    await page.fill('#password', student.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(sp.secureUrl);
    const first = await environmentOf(page);
    expect(first).toMatchObject({ eppn: 's1234567@example.ac.jp', jaDisplayName: student.jaDisplayName });

    await page.goto(sp.second.secureUrl);
    await page.waitForURL(sp.second.secureUrl);
    const second = await environmentOf(page);
    expect(second.eppn).toBe(first.eppn);
    expect(second.Shib_Authentication_Instant).toBe(first.Shib_Authentication_Instant);
  });

  test('sees the error page of the SP when nobody may be asked', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone' });
    await page.goto(`${sp.baseUrl}/passive`);
    await page.waitForURL('**/SAML2/POST');
    await keepScreenshot(page, 'shibboleth-sp-no-passive');
    expect(await page.textContent('body')).toContain('status:NoPassive');
  });
});
