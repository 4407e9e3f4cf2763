import { createServer } from 'node:http';
import { inflateRawSync } from 'node:zlib';
import { authnContexts, minutes, seconds, statuses } from '@gakumon/terms';
import {
  type AnswerOptions,
  fillIn,
  fixedClock,
  formTo,
  freePort,
  type Page,
  type PretendBrowser,
  pretendBrowser,
  pretendIdp,
  type TestKey,
  testKeys,
} from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDemoSp } from './createDemoSp.ts';
import { demoSpAcs, demoSpEntityId } from './saml/metadata.ts';
import type { Refusal } from './saml/refusal.ts';

/** The demonstration on `localhost`, an IdP that a test can make lie on `127.0.0.1`: two sites. */
const clock = fixedClock(Date.now());
const acsOf = (): string => demoSpAcs(baseUrl);
let baseUrl = '';
let idpUrl = '';
let idpKey: TestKey = testKeys.idpSigning;
const closing: (() => void)[] = [];

const idp = (): ReturnType<typeof pretendIdp> =>
  pretendIdp({
    entityId: 'https://idp.example.ac.jp/idp',
    sso: `${idpUrl}/sso`,
    key: idpKey,
    clock,
    newId: newAnswerId,
  });
let lastAnswer = 0;
const newAnswerId = (): string => {
  lastAnswer += 1;
  return `_answer${lastAnswer}`;
};

beforeAll(async () => {
  const [idpPort, port] = [await freePort(), await freePort()];
  idpUrl = `http://127.0.0.1:${idpPort}`;
  baseUrl = `http://localhost:${port}`;
  const metadataServer = createServer((request, response) => {
    if (request.url === '/idp/shibboleth') response.end(idp().metadata());
    else response.end('<title>IdP</title>');
  });
  const settings = {
    host: '127.0.0.1',
    port,
    baseUrl,
    idp: idpUrl,
    privateKey: testKeys.spEncryption.privateKeyPem,
    certificate: testKeys.spEncryption.certificatePem,
    patience: 0,
  };
  const demo = createServer(createDemoSp(settings, clock));
  await new Promise<void>((resolve) => metadataServer.listen(idpPort, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => demo.listen(port, '127.0.0.1', resolve));
  closing.push(
    () => metadataServer.close(),
    () => demo.close(),
  );
});
afterAll(() => {
  for (const close of closing) close();
});

type Asked = { readonly requestId: string; readonly relayState: string; readonly xml: string };

/** Begins a login and reads what the IdP was asked. */
async function ask(browser: PretendBrowser, path = '/login'): Promise<Asked> {
  const page = await browser.open(`${baseUrl}${path}`);
  expect(new URL(page.url).origin).toBe(idpUrl);
  const query = new URL(page.url).searchParams;
  const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
  return { requestId: / ID="([^"]+)"/.exec(xml)?.[1] ?? '', relayState: query.get('RelayState') ?? '', xml };
}

const wellMade = (requestId: string | undefined): AnswerOptions => ({
  requestId,
  acs: acsOf(),
  audience: demoSpEntityId(baseUrl),
  encryptTo: testKeys.spEncryption,
});

const deliver = (browser: PretendBrowser, xml: string, relayState: string): Promise<Page> =>
  browser.submitFrom(
    `${idpUrl}/sso`,
    formTo(acsOf(), { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: relayState }),
  );

describe('a login', () => {
  test('shows what was sent, and ends by logging out', async () => {
    const browser = pretendBrowser({ language: 'ja' });
    const { requestId, relayState } = await ask(browser, '/login?target=%2F%3Flang%3Dja');
    const attributes = { 'urn:oid:1.3.6.1.4.1.32264.1.1.3': ['𠮷野 <花子>'], 'urn:oid:9.9': ['?'] };
    const page = await deliver(browser, idp().answer({ ...wellMade(requestId), attributes }), relayState);
    expect(page.url).toBe(`${baseUrl}/?lang=ja`);
    expect(page.select('h1')).toEqual(['ログインしました']);
    expect(page.text).toContain('𠮷野 <花子>');
    expect(page.text).toContain('表示名(日本語)');
    expect(page.text).toContain('urn:oid:9.9');
    expect(page.text).toContain('パスワード(暗号化された通信)');
    const [logout] = page.forms;
    if (logout === undefined) throw new Error('no way to log out');
    expect((await browser.submit(logout)).text).toContain('ログアウトしました');
    expect((await browser.open(baseUrl)).text).not.toContain('𠮷野');
  });

  test('in English, begun at the IdP', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const page = await deliver(browser, idp().answer(wellMade(undefined)), '');
    expect(page.select('h1')).toEqual(['You are signed in']);
    expect(page.text).toContain('started from the university’s sign-in page');
  });

  test('a page loaded again does no harm', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    const page = await deliver(browser, idp().answer(wellMade(requestId)), relayState);
    const arrived = page.hops.find(({ url }) => url.includes('/arrived'));
    expect((await browser.open(arrived?.url ?? '')).select('h1')).toEqual(['ログインしました']);
  });

  test('a logout form without its token, as another site would send it, changes nothing', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    const page = await deliver(browser, idp().answer(wellMade(requestId)), relayState);
    const [logout] = page.forms;
    if (logout === undefined) throw new Error('no way to log out');
    await browser.submit(fillIn(logout, { token: 'guessed' }));
    expect(browser.page.select('h1')).toEqual(['ログインしました']);
  });

  test('new keys of the IdP are found when a signature does not fit the old ones', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    idpKey = testKeys.idpEncryption;
    clock.advance(seconds(11));
    const page = await deliver(browser, idp().answer(wellMade(requestId)), relayState);
    expect(page.select('h1')).toEqual(['ログインしました']);
  });
});

describe('what is asked', () => {
  test('is signed and as the buttons say', async () => {
    const { xml } = await ask(pretendBrowser(), '/login?force=1&passive=1&context=https%3A%2F%2Fx.example%2F%22mfa');
    expect(xml).toContain('ForceAuthn="true"');
    expect(xml).toContain('IsPassive="true"');
    expect(xml).toContain('<saml:AuthnContextClassRef>https://x.example/&#34;mfa</saml:AuthnContextClassRef>');
    expect(xml).toContain(`AssertionConsumerServiceURL="${acsOf()}"`);
  });

  test('an IdP that is not ours is not gone to', async () => {
    const page = await pretendBrowser().open(`${baseUrl}/login?entityID=https%3A%2F%2Fevil.example%2F`);
    expect(page.status).toBe(400);
    expect(page.url).toContain(baseUrl);
  });

  test.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '/.//evil.example'])(
    'the target %s is not gone to',
    async (target) => {
      const browser = pretendBrowser();
      const { requestId, relayState } = await ask(browser, `/login?target=${encodeURIComponent(target)}`);
      const page = await deliver(browser, idp().answer(wellMade(requestId)), relayState);
      expect(page.hops.map(({ url }) => new URL(url).origin)).toEqual(page.hops.map(() => baseUrl));
    },
  );
});

describe('refused', () => {
  const forged = (requestId: string, different: Partial<AnswerOptions>): string =>
    idp().answer({ ...wellMade(requestId), ...different });
  const evil = 'https://evil.example/';

  test.each<[Refusal, string, (requestId: string) => string, string?]>([
    ['signature', 'a flipped letter', (id) => forged(id, {}).replace('Version="2.0"', 'Version="2.1"')],
    ['signature', 'a stranger’s Response', (id) => forged(id, { responseKey: testKeys.stranger })],
    ['signature', 'no signature on the Response', (id) => forged(id, { responseKey: null })],
    ['signature', 'a stranger’s assertion', (id) => forged(id, { assertionKey: testKeys.stranger })],
    ['signature', 'no signature on the assertion', (id) => forged(id, { assertionKey: null })],
    ['structure', 'a clear assertion', (id) => forged(id, { encryptTo: undefined })],
    ['decryption', 'encrypted to another', (id) => forged(id, { encryptTo: testKeys.stranger })],
    ['issuer', 'another issuer', (id) => forged(id, { issuer: evil })],
    ['destination', 'another destination', (id) => forged(id, { destination: evil })],
    ['audience', 'another audience', (id) => forged(id, { audience: evil })],
    ['recipient', 'another recipient', (id) => forged(id, { recipient: evil })],
    ['confirmation', 'confirmed for another request', (id) => forged(id, { confirmedRequestId: '_other' })],
    ['not-asked', 'to a request never made', () => forged('_never', {})],
    [
      'not-fresh',
      'an old login for ForceAuthn',
      (id) => forged(id, { authnInstant: clock() - minutes(2) }),
      '?force=1',
    ],
    [
      'authn-context',
      'a password for MFA',
      (id) => forged(id, { authnContext: authnContexts.password }),
      '?context=mfa',
    ],
    [
      'expired',
      'of last week',
      (id) =>
        forged(id, {
          alterAssertion: (xml) => xml.replace(/NotOnOrAfter="[^"]*"/g, 'NotOnOrAfter="2020-01-01T00:00:00Z"'),
        }),
    ],
    ['unreadable', 'a DOCTYPE', (id) => `<!DOCTYPE x [<!ENTITY e "e">]>${forged(id, {})}`],
    ['unreadable', 'broken XML', (id) => forged(id, {}).slice(0, -3)],
    ['structure', 'another element', () => '<x/>'],
  ])('%s: %s', async (reason, _what, make, query = '') => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser, `/login${query}`);
    const page = await deliver(browser, make(requestId), relayState);
    expect(page.status).toBe(403);
    expect(page.select('details code')).toEqual([reason]);
    expect((await browser.open(baseUrl)).select('h1')).toEqual(['ログインを試す']);
  });

  test('replayed: the same answer again, solicited or not', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    const xml = idp().answer(wellMade(requestId));
    await deliver(browser, xml, relayState);
    expect((await deliver(pretendBrowser(), xml, relayState)).select('details code')).toEqual(['not-asked']);
    const unsolicited = idp().answer(wellMade(undefined));
    await deliver(pretendBrowser(), unsolicited, '');
    expect((await deliver(pretendBrowser(), unsolicited, '')).select('details code')).toEqual(['replayed']);
  });

  test('other-browser: an attacker’s answer carried into a victim’s browser (login CSRF)', async () => {
    const { requestId, relayState } = await ask(pretendBrowser());
    const victim = pretendBrowser();
    const page = await deliver(victim, idp().answer(wellMade(requestId)), relayState);
    expect(page.select('details code')).toEqual(['other-browser']);
  });

  test('signature wrapping: a signed answer inside an unsigned one', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    const good = idp().answer(wellMade(requestId));
    const signature = /<ds:Signature.*?<\/ds:Signature>/s.exec(good)?.[0] ?? '';
    const inner = good.replace(signature, '');
    const evilAround = good
      .replace(/ ID="[^"]*"/, ' ID="_evil"')
      .replace('</samlp:Response>', `${inner}</samlp:Response>`);
    expect((await deliver(browser, evilAround, relayState)).select('details code')).toEqual(['structure']);
    const inExtension = good
      .replace(/ ID="[^"]*"/, ' ID="_evil"')
      .replace('</samlp:Status>', `<samlp:StatusDetail>${inner}</samlp:StatusDetail></samlp:Status>`);
    expect((await deliver(browser, inExtension, relayState)).select('details code')).toEqual(['signature']);
  });
});

describe('an error of the IdP', () => {
  test('is explained', async () => {
    const browser = pretendBrowser({ language: 'en' });
    const { requestId, relayState } = await ask(browser, '/login?passive=1');
    const status = [statuses.responder, statuses.noPassive] as const;
    const page = await deliver(browser, idp().answer({ ...wellMade(requestId), status }), relayState);
    expect(page.text).toContain('not signed in there yet');
    expect(page.select('details code')).toEqual([...status]);
  });

  test('that nobody signed is not believed', async () => {
    const browser = pretendBrowser();
    const { requestId, relayState } = await ask(browser);
    const status = [statuses.responder, statuses.authnFailed] as const;
    const page = await deliver(
      browser,
      idp().answer({ ...wellMade(requestId), status, responseKey: null }),
      relayState,
    );
    expect(page.select('details code')).toEqual(['signature']);
  });
});

test('an address that does not exist', async () => {
  expect((await pretendBrowser().open(`${baseUrl}/nowhere`)).status).toBe(404);
});
