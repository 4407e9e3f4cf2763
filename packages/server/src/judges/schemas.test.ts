import { algorithms, bindings, type ErrorCodeTelling, errorTable, nameIdFormats } from '@gakumon/terms';
import {
  decryptWithXmlsec1,
  deliveredForm,
  describeWith,
  findSignatureProblem,
  type PretendSp,
  type PretendSpOptions,
  pretendBrowser,
  pretendSp,
  readIdpMetadata,
  type SendOptions,
  schemaJudge,
  testKeys,
  validateAgainstSchema,
  xmlsec1Judge,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { logIn, onlyForm } from './atShibbolethSp.ts';
import { type RunningIdp, startIdp } from './runningIdp.ts';

const inClear: PretendSpOptions = { encryptionKeys: [] };
const careful: PretendSpOptions = { wantAssertionsSigned: true };
const taking = (cipher: string): PretendSpOptions => ({ encryptionMethods: [cipher, algorithms.rsaOaepMgf1p] });

/** SPs by what they get. */
const kinds = {
  'in-clear': inClear,
  'in-clear-signed-twice': { ...inClear, ...careful },
  'in-clear-without-attributes': inClear,
  'in-clear-by-persistent-name': { ...inClear, nameIdFormats: [nameIdFormats.persistent] },
  'in-clear-by-mail-address': { ...inClear, nameIdFormats: [nameIdFormats.emailAddress] },
  encrypted: {},
  'encrypted-signed-twice': careful,
  'encrypted-without-attributes': {},
  'encrypted-by-aes256-gcm': taking(algorithms.aes256Gcm),
  'encrypted-by-aes128-cbc': taking(algorithms.aes128Cbc),
  'encrypted-by-aes256-cbc': taking(algorithms.aes256Cbc),
} as const satisfies Record<string, PretendSpOptions>;
type Kind = keyof typeof kinds;
const allKinds = Object.keys(kinds) as Kind[];

const entityIdOf = (kind: string): string => `https://${kind}.example.org/sp`;
const everything = [
  ...['eduPersonPrincipalName', 'eduPersonScopedAffiliation', 'eduPersonTargetedID'],
  ...['displayName', 'jaDisplayName', 'mail'],
];
const only = (kind: Kind): string => `to: { entityId: "${entityIdOf(kind)}" }`;
const releaseRules = `
  - { name: nothing, ${only('in-clear-without-attributes')}, deny: [${everything}] }
  - { name: nothing encrypted, ${only('encrypted-without-attributes')}, deny: [${everything}] }
  - { name: by persistent name, ${only('in-clear-by-persistent-name')}, nameId: [persistent] }
  - { name: by mail address, ${only('in-clear-by-mail-address')}, nameId: [emailAddress] }
access:
  - { name: closed, to: { entityId: "${entityIdOf('closed')}" }, allow: [] }
`;

/** How an SP comes to be told each error of the table. A row without an entry here does not compile. */
const errors: Record<
  ErrorCodeTelling<'sp'>,
  { readonly sp?: 'rsa15' | 'closed'; readonly button?: 'decline' } & SendOptions
> = {
  'no-passive': { isPassive: true },
  'no-authn-context': { requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } },
  'name-id-policy': { nameIdPolicy: { format: nameIdFormats.persistent } },
  'request-unsupported': {
    extra: '<saml:Subject><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/></saml:Subject>',
  },
  'subject-other': { extra: '<saml:Subject><saml:NameID>somebody else</saml:NameID></saml:Subject>' },
  'binding-unsupported': { protocolBinding: bindings.postSimpleSign },
  'login-cancelled': { button: 'decline' },
  'access-refused': { sp: 'closed' },
  'encryption-impossible': { sp: 'rsa15' },
};

describeWith([...schemaJudge, ...xmlsec1Judge], 'what goes out', () => {
  const sps = new Map<string, PretendSp>(
    Object.entries({
      ...kinds,
      closed: {},
      rsa15: { encryptionMethods: ['http://www.w3.org/2001/04/xmlenc#rsa-1_5'] },
    }).map(([kind, options]) => [kind, pretendSp({ entityId: entityIdOf(kind), ...options })]),
  );
  let idp: RunningIdp;
  let certificate: string;
  let redirectSso: string;

  beforeAll(async () => {
    idp = await startIdp({ releaseRules });
    await Promise.all([...sps.values()].map((sp) => idp.register(sp.entityId, sp.metadata())));
    const metadata = readIdpMetadata(await idp.metadata());
    certificate = metadata.idpCertificates[0] ?? '';
    redirectSso = metadata.redirectSso;
  }, 60_000);

  /** The document that goes to the SP in the end. */
  const answerTo = async (address: string, button?: 'decline'): Promise<string> => {
    const browser = pretendBrowser();
    const page = await browser.open(address);
    if (button !== undefined) await browser.submit(onlyForm(page), { button });
    else if (onlyForm(page).id === 'login') await logIn(browser);
    const refused = browser.page.forms.find(({ id }) => id === 'leave');
    if (refused !== undefined) await browser.submit(refused, { button: 'decline' });
    return Buffer.from(deliveredForm(browser.page).samlResponse, 'base64').toString('utf8');
  };
  const requestOf = (kind: string, options: SendOptions = {}): string =>
    sps.get(kind)?.redirectTo(redirectSso, options).url ?? '';
  const expectGood = async (response: string): Promise<void> => {
    expect(await validateAgainstSchema(response)).toEqual([]);
    expect(await findSignatureProblem(response, certificate)).toBeUndefined();
  };
  /** The assertion as whoever has the key reads it. */
  const openedAssertion = async (response: string): Promise<string> => {
    const opened = await decryptWithXmlsec1(response, testKeys.spEncryption.privateKeyPem);
    return /<saml:Assertion.*<\/saml:Assertion>/s.exec(opened)?.[0] ?? '';
  };
  const judge = async (kind: Kind, response: string): Promise<void> => {
    await expectGood(response);
    const isEncrypted = kind.startsWith('encrypted');
    expect(response.includes('<saml:Assertion')).toBe(!isEncrypted);
    const isSignedTwice = kind.endsWith('signed-twice');
    const [document, path] = isEncrypted ? [await openedAssertion(response), []] : [response, ['Assertion']];
    if (isEncrypted) expect(await validateAgainstSchema(document)).toEqual([]);
    const problem = await findSignatureProblem(document, certificate, path);
    if (isSignedTwice) expect(problem).toBeUndefined();
    else expect(problem).toMatch(/\w/);
    expect(document.includes('<saml:AttributeStatement')).toBe(!kind.endsWith('without-attributes'));
  };

  test('as metadata obeys the schemas and is signed', async () => {
    await expectGood(await idp.metadata());
  });

  test.each(allKinds)('as a response obeys the schemas and is signed as it should be: %s', async (kind) => {
    await judge(kind, await answerTo(requestOf(kind)));
  });

  test.each<Kind>(['in-clear', 'in-clear-signed-twice', 'encrypted-signed-twice', 'in-clear-without-attributes'])(
    'as a response that nobody asked for is as good: %s',
    async (kind) => {
      const asked = new URLSearchParams({
        providerId: entityIdOf(kind),
        target: 'https://journal.example.org/?a=1&b=2',
      });
      const response = await answerTo(`${idp.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?${asked}`);
      expect(response).not.toContain('InResponseTo');
      await judge(kind, response);
    },
  );

  test.each([
    ['in-clear', nameIdFormats.transient],
    ['in-clear-by-persistent-name', nameIdFormats.persistent],
    ['in-clear-by-mail-address', nameIdFormats.emailAddress],
  ] as const)('as a NameID has the format that the SP takes: %s', async (kind, format) => {
    const nameId = /<saml:Subject><saml:NameID[^>]*>/.exec(await answerTo(requestOf(kind)))?.[0];
    expect(nameId).toContain(`Format="${format}"`);
  });

  test('holds every character of a name after decryption', async () => {
    const assertion = await openedAssertion(await answerTo(requestOf('encrypted')));
    const readable = assertion.replace(/&#x([0-9A-F]+);/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)));
    expect(readable).toContain('𠮷野 髙子 &lt;&amp;"\'&gt; ～学認—');
  });

  describe('as an error obeys the schemas, is signed and holds no assertion', () => {
    test.each(Object.keys(errors) as (keyof typeof errors)[])('%s', async (code) => {
      const { sp = 'in-clear', button, ...options } = errors[code];
      const response = await answerTo(requestOf(sp, options), button);
      const [top, second] = errorTable[code].status;
      expect(response).toContain(`<samlp:StatusCode Value="${top}"><samlp:StatusCode Value="${second}">`);
      expect(response).toContain(`<samlp:StatusMessage>${code}</samlp:StatusMessage>`);
      expect(response).not.toMatch(/<saml:(Encrypted)?Assertion/);
      await expectGood(response);
    });
  });
});
