import { inflateRawSync } from 'node:zlib';
import {
  deliveredForm,
  type Form,
  fillIn,
  formTo,
  freePort,
  type Page,
  type PretendBrowser,
  pretendBrowser,
  pretendSp,
  testKeys,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { demoSpAcs, demoSpMetadata } from './saml/metadata.ts';
import { demoEnvironment, type RunningIdp, startDemo, startIdp } from './testing/processes.ts';

/** Our IdP on `127.0.0.1` and the demonstration on `localhost`, two sites, each a process of its own. */
let idp: RunningIdp;
let baseUrl = '';
/** A service of the federation that means ill: its metadata names the demonstration's ACS and encryption key. */
let impostor: ReturnType<typeof pretendSp>;

beforeAll(async () => {
  const port = await freePort();
  baseUrl = `http://localhost:${port}`;
  impostor = pretendSp({
    entityId: 'https://impostor.example/',
    acs: [demoSpAcs(baseUrl)],
    encryptionKeys: [testKeys.spSigning],
    wantAssertionsSigned: true,
  });
  const certificate = testKeys.spSigning.certificatePem;
  idp = await startIdp({ demo: demoSpMetadata({ baseUrl, certificate }), impostor: impostor.metadata() });
  await startDemo(demoEnvironment(port, idp.baseUrl)).waitFor(/^ready /);
});

const only = (page: Page, holds: string): Form => {
  const form = page.forms.find(({ fields }) => fields.some(({ name }) => name === holds));
  if (form === undefined) throw new Error(`${page.url} (${page.status}) has no form with ${holds}: ${page.text}`);
  return form;
};

const logIn = (browser: PretendBrowser, page: Page): Promise<Page> =>
  browser.submit(fillIn(only(page, 'username'), { username: 's1234567', password: 'gakumon-demo' }));

const send = (browser: PretendBrowser, page: Page): Promise<Page> => browser.submit(only(page, 'SAMLResponse'));

describe('a whole login', () => {
  test('arrives with Japanese intact, and again without a password', async () => {
    const browser = pretendBrowser({ language: 'ja' });
    await browser.open(baseUrl);
    const arrived = await send(browser, await logIn(browser, await browser.follow('ログイン')));
    expect(arrived.url).toBe(`${baseUrl}/`);
    expect(arrived.select('h1')).toEqual(['ログインしました']);
    expect(arrived.text).toContain('𠮷野 太郎 <&>');
    expect(arrived.text).toContain('s1234567@example.ac.jp');
    expect(arrived.text).toContain(`${idp.baseUrl}/idp/shibboleth!${baseUrl}/metadata!`);

    const again = await send(browser, await browser.open(`${baseUrl}/login`));
    expect(again.select('h1')).toEqual(['ログインしました']);
  });

  test('ForceAuthn asks for the password again', async () => {
    const browser = pretendBrowser();
    await send(browser, await logIn(browser, await browser.open(`${baseUrl}/login`)));
    const asked = await browser.open(`${baseUrl}/login?force=1`);
    const arrived = await send(browser, await logIn(browser, asked));
    expect(arrived.select('h1')).toEqual(['ログインしました']);
  });

  test('IsPassive without a session, and a second factor that nobody has, are explained', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const passive = await send(browser, await browser.open(`${baseUrl}/login?passive=1`));
    expect(passive.text).toContain('not signed in there yet');
    await browser.open(baseUrl);
    const mfa = await send(browser, await logIn(browser, await browser.follow(/second factor/)));
    expect(mfa.text).toContain('with two factors, or in another way that was asked for, was not completed');
  });

  test('that the person cancels is told calmly, and can be begun again', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const asked = await browser.open(`${baseUrl}/login`);
    const form = only(asked, 'password');
    const page = await send(browser, await browser.submit(form, { button: 'decline' }));
    expect(page.select('h1')).toEqual(['You cancelled the sign-in']);
    expect(page.select('[role=alert]')).toEqual([]);
    expect((await browser.follow('Sign in again')).text).toContain('Password');
  });

  test('begun from the list of services at the IdP', async () => {
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(idp.baseUrl);
    const asked = await browser.follow(/Demonstration service/);
    const arrived = await send(browser, await logIn(browser, asked));
    expect(arrived.select('h1')).toEqual(['You are signed in']);
  });
});

describe('refused', () => {
  const answer = async (browser: PretendBrowser): Promise<Page> =>
    logIn(browser, await browser.open(`${baseUrl}/login`));
  const reason = (page: Page): readonly string[] => page.select('details code');

  test('a tampered answer', async () => {
    const browser = pretendBrowser();
    const form = only(await answer(browser), 'SAMLResponse');
    const xml = Buffer.from(form.fields.find(({ name }) => name === 'SAMLResponse')?.value ?? '', 'base64').toString();
    const tampered = xml.replace(/(InResponseTo="_.)./, '$1!');
    const SAMLResponse = Buffer.from(tampered).toString('base64');
    expect(tampered).not.toBe(xml);
    expect(reason(await browser.submit(fillIn(form, { SAMLResponse })))).toEqual(['signature']);
  });

  test('an answer sent twice', async () => {
    const browser = pretendBrowser();
    const page = await answer(browser);
    await send(browser, page);
    browser.back();
    expect(reason(await send(browser, page))).toEqual(['not-asked']);
  });

  test('an answer meant for another service, which asked with the very same ID', async () => {
    const browser = pretendBrowser();
    const asked = await browser.open(`${baseUrl}/login`);
    const sent = asked.hops.map(({ url }) => new URL(url).searchParams).find((query) => query.has('SAMLRequest'));
    const request = inflateRawSync(Buffer.from(sent?.get('SAMLRequest') ?? '', 'base64')).toString();
    const id = / ID="([^"]+)"/.exec(request)?.[1] ?? '';
    const relayState = sent?.get('RelayState') ?? '';
    const sso = `${idp.baseUrl}/idp/profile/SAML2/Redirect/SSO`;
    const attacker = pretendBrowser();
    const stolen = deliveredForm(
      await logIn(attacker, await attacker.open(impostor.redirectTo(sso, { id, relayState }).url)),
    );
    const form = formTo(demoSpAcs(baseUrl), { SAMLResponse: stolen.samlResponse, RelayState: relayState });
    expect(reason(await browser.submitFrom('https://impostor.example/', form))).toEqual(['audience']);
  });

  test('an attacker’s own answer in a victim’s browser', async () => {
    const page = await answer(pretendBrowser());
    const { samlResponse, relayState = '' } = deliveredForm(page);
    const form = formTo(demoSpAcs(baseUrl), { SAMLResponse: samlResponse, RelayState: relayState });
    expect(reason(await pretendBrowser().submitFrom('https://evil.example/', form))).toEqual(['other-browser']);
  });
});
