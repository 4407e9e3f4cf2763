import { algorithms, authnContexts } from '@gakumon/terms';
import {
  describeWith,
  fillIn,
  type PretendBrowser,
  pretendBrowser,
  type ShibbolethSp,
  shibbolethSpPrograms,
  startShibbolethSp,
  testKeys,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { carryOn, environmentOf, logIn, messageOn, onlyForm } from './atShibbolethSp.ts';
import { type RunningIdp, startIdp, student } from './runningIdp.ts';

describeWith(shibbolethSpPrograms, 'a real Shibboleth SP on another site', () => {
  let idp: RunningIdp;
  let sp: ShibbolethSp;

  beforeAll(async () => {
    idp = await startIdp();
    sp = await startShibbolethSp({
      idpEntityId: idp.entityId,
      idpMetadata: await idp.metadata(),
      metadataSigner: testKeys.idpSigning.certificatePem,
      host: 'localhost',
    });
    await idp.register(sp.entityId, await sp.metadata());
    await idp.register(sp.second.entityId, await sp.second.metadata());
  }, 120_000);

  const signIn = async (browser: PretendBrowser, url: string) => {
    await browser.open(url);
    await logIn(browser);
    return environmentOf(sp, await carryOn(browser));
  };
  const instantOf = (environment: Readonly<Record<string, string>>) =>
    Date.parse(environment.Shib_Authentication_Instant ?? '');

  test('gets an encrypted assertion with every attribute intact', async () => {
    const browser = pretendBrowser();
    const before = Date.now();
    await browser.open(sp.secureUrl);
    const sent = messageOn(await logIn(browser));
    expect(sent).toContain('<saml:EncryptedAssertion');
    expect(sent).toContain(algorithms.aes128Gcm);
    expect(sent).toContain(algorithms.rsaOaepMgf1p);
    expect(sent).not.toContain('<saml:Assertion');
    expect(sent).not.toContain(student.username);

    const environment = await environmentOf(sp, await carryOn(browser));
    expect(environment).toMatchObject({
      REQUEST_URI: '/secure',
      Shib_Identity_Provider: idp.entityId,
      Shib_AuthnContext_Class: authnContexts.passwordProtectedTransport,
      eppn: 's1234567@example.ac.jp',
      affiliation: 'student@example.ac.jp;member@example.ac.jp',
      displayName: student.displayName,
      jaDisplayName: student.jaDisplayName,
      mail: student.mail,
    });
    expect(environment.persistent_id?.split('!')).toEqual([
      idp.entityId,
      sp.entityId,
      expect.stringMatching(/^.{20,}$/),
    ]);
    expect(environment.transient_id).toMatch(/^.{16,}$/);
    expect(instantOf(environment)).toBeGreaterThanOrEqual(before - 1000);
    expect(instantOf(environment)).toBeLessThanOrEqual(Date.now());
  });

  test('gets another transient name at each login, and the same persistent one', async () => {
    const [first, second] = [
      await signIn(pretendBrowser(), sp.secureUrl),
      await signIn(pretendBrowser(), sp.secureUrl),
    ];
    expect(first.transient_id).not.toBe(second.transient_id);
    expect(first.persistent_id).toBe(second.persistent_id);
  });

  test('and a second one, which signs its requests, are opened by one login', async () => {
    const browser = pretendBrowser();
    const first = await signIn(browser, sp.secureUrl);
    await browser.open(sp.second.secureUrl);
    const second = await environmentOf(sp, await carryOn(browser));
    expect(second.eppn).toBe(first.eppn);
    expect(second.Shib_Authentication_Instant).toBe(first.Shib_Authentication_Instant);
    expect(second.persistent_id).toMatch(`!${sp.second.entityId}!`);
    expect(second.persistent_id?.split('!')[2]).not.toBe(first.persistent_id?.split('!')[2]);
  });

  test('that asks for ForceAuthn gets a fresh AuthnInstant, and only after the password was typed again', async () => {
    const browser = pretendBrowser();
    const first = await signIn(browser, sp.secureUrl);
    const again = await signIn(browser, sp.loginUrl({ forceAuthn: 'true' }));
    expect(instantOf(again)).toBeGreaterThan(instantOf(first));
  });

  test('that protects a place with forceAuthn gets its login', async () => {
    const environment = await signIn(pretendBrowser(), `${sp.baseUrl}/force`);
    expect(environment).toMatchObject({ REQUEST_URI: '/force', eppn: 's1234567@example.ac.jp' });
  });

  test('that asks passively is answered from the session without a question', async () => {
    const browser = pretendBrowser();
    const first = await signIn(browser, sp.secureUrl);
    await browser.open(sp.loginUrl({ isPassive: 'true' }));
    const second = await environmentOf(sp, await carryOn(browser));
    expect(second.Shib_Session_ID).not.toBe(first.Shib_Session_ID);
    expect(second.Shib_Authentication_Instant).toBe(first.Shib_Authentication_Instant);
  });

  test('that asks for the context of a password over TLS is told that it was one', async () => {
    const environment = await signIn(pretendBrowser(), `${sp.baseUrl}/password`);
    expect(environment.Shib_AuthnContext_Class).toBe(authnContexts.passwordProtectedTransport);
  });

  test.each([
    ['passively while nobody is logged in', '/passive', /status:NoPassive/],
    ['for an AuthnContext that nobody here can reach', '/aal2', /status:NoAuthnContext/],
  ])('that asks %s is told so, and shows it', async (_what, place, status) => {
    const browser = pretendBrowser();
    await browser.open(`${sp.baseUrl}${place}`);
    const page = await carryOn(browser);
    expect(page.url).toBe(`${sp.baseUrl}/Shibboleth.sso/SAML2/POST`);
    expect(page.text).toMatch(status);
  });

  test('learns that the person declined to log in', async () => {
    const browser = pretendBrowser();
    await browser.open(sp.secureUrl);
    await browser.submit(onlyForm(browser.page), { button: 'decline' });
    expect((await carryOn(browser)).text).toMatch(/status:AuthnFailed/);
  });

  test('refuses an answer in which one byte was changed on the way', async () => {
    const browser = pretendBrowser();
    await browser.open(sp.secureUrl);
    const form = onlyForm(await logIn(browser));
    const altered = Buffer.from(messageOn(browser.page).replace('status:Success', 'status:Succes5')).toString('base64');
    const page = await browser.submit(fillIn(form, { SAMLResponse: altered }));
    expect(page.text).not.toMatch(/Protected page/);
    expect(await sp.logs()).toMatch(/unable to verify message signature|digest|Signature/i);
  });
});
