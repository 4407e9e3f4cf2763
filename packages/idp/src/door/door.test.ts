import { createServiceProviders, parseServiceProviders, type ServiceProviders } from '@gakumon/metadata';
import { bindings, isGakumonError, minutes, nameIdFormats, toEntityId } from '@gakumon/terms';
import { type PretendSp, pretendSp, type SendOptions, testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { InboundAuthnRequest, SsoAttempt } from '../types.ts';
import { decodeAuthnRequest } from './decodeAuthnRequest.ts';
import { validateAuthnRequest } from './validateAuthnRequest.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const redirectSso = 'https://idp.example.ac.jp/idp/profile/SAML2/Redirect/SSO';
const postSso = 'https://idp.example.ac.jp/idp/profile/SAML2/POST/SSO';

const plain = pretendSp({
  clock: () => now,
  acs: ['https://sp.example.org/acs', 'https://sp.example.org/acs2'],
});
const signing = pretendSp({
  clock: () => now,
  entityId: 'https://signing.example.org/sp',
  acs: ['https://signing.example.org/acs'],
  authnRequestsSigned: true,
});
let serviceProviders: ServiceProviders;

beforeAll(() => {
  const sources = [plain, signing].map((sp) => ({
    name: sp.entityId,
    serviceProviders: parseServiceProviders(Buffer.from(sp.metadata()), sp.entityId).serviceProviders,
  }));
  serviceProviders = createServiceProviders(sources, {
    ownEntityId,
    clock: () => now,
  });
});

async function receive(inbound: InboundAuthnRequest, at = now, wantAuthnRequestsSigned = false): Promise<SsoAttempt> {
  const ssoLocation = inbound.binding === 'redirect' ? redirectSso : postSso;
  return validateAuthnRequest(await decodeAuthnRequest({ serviceProviders }, inbound), {
    now: at,
    ssoLocation,
    entityId: ownEntityId,
    wantAuthnRequestsSigned,
  });
}

function byRedirect(sp: PretendSp, options: SendOptions = {}): InboundAuthnRequest {
  return { binding: 'redirect', rawQuery: new URL(sp.redirectTo(redirectSso, options).url).search.slice(1) };
}

function byPost(sp: PretendSp, options: SendOptions = {}): InboundAuthnRequest {
  const { fields } = sp.postTo(postSso, options);
  return {
    binding: 'post',
    samlRequest: [fields.SAMLRequest ?? ''],
    relayState: options.relayState === undefined ? [] : [options.relayState],
  };
}

async function codeOf(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return isGakumonError(error) ? error.code : `not ours: ${error}`;
  }
}

async function detailOf(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
  } catch (error) {
    if (isGakumonError(error)) return error.detail;
    throw error;
  }
  return undefined;
}

/** Changes what stands in the Issuer. */
const inIssuer =
  (ending: string, before = '') =>
  (xml: string): string =>
    xml.replace(/Issuer>(https:..sp.example.)org.shibboleth</, `Issuer>${before}$1${ending}<`);
const issuerFormat =
  (format: string) =>
  (xml: string): string =>
    xml.replace('<saml:Issuer>', `<saml:Issuer Format="${format}">`);
const alsoIndex =
  (index: string) =>
  (xml: string): string =>
    xml.replace(' Version=', ` AssertionConsumerServiceIndex="${index}" Version=`);
const subject = (content: string): string => `<saml:Subject>${content}</saml:Subject>`;

const doors: [string, (sp: PretendSp, options?: SendOptions) => InboundAuthnRequest][] = [
  ['HTTP-Redirect', byRedirect],
  ['HTTP-POST', byPost],
];

describe.each(doors)('an AuthnRequest by %s', (_, send) => {
  test('unsigned, of an SP that need not sign', async () => {
    const { request } = await receive(send(plain, { relayState: 'ss:mem:1' }));
    expect(request).toMatchObject({
      serviceProvider: plain.entityId,
      assertionConsumerService: 'https://sp.example.org/acs',
      forceAuthn: false,
      isPassive: false,
      refusal: undefined,
      receivedAt: now,
    });
  });
  test('signed, of an SP that promises it', async () => {
    expect((await receive(send(signing))).request.serviceProvider).toBe(signing.entityId);
  });
  test('the same message makes the same attempt, another one another', async () => {
    const message = send(plain);
    expect((await receive(message)).id).toBe((await receive(message, now + minutes(5))).id);
    expect((await receive(message)).id).not.toBe((await receive(send(plain))).id);
  });
  test('a page that lay open for an hour is still good, an older one is stale', async () => {
    const message = send(plain);
    expect(await codeOf(() => receive(message, now + minutes(60)))).toBeUndefined();
    expect(await codeOf(() => receive(message, now + minutes(64)))).toBe('request-stale');
  });
  test.each<[string, PretendSp, SendOptions, string]>([
    ['no signature where one is promised', signing, { sign: false }, 'signature-missing'],
    ['the key of a stranger', signing, { sign: { key: testKeys.stranger } }, 'signature-invalid'],
    ['a wrong signature where none is needed', plain, { sign: { key: testKeys.stranger } }, 'signature-invalid'],
    ['another SP as Issuer', plain, { issuer: signing.entityId }, 'signature-missing'],
    ['an Issuer nobody knows', plain, { issuer: 'https://unknown.example/' }, 'service-unknown'],
    ['no Issuer', plain, { issuer: null }, 'issuer-missing'],
    ['an unknown ACS', plain, { acs: { url: 'https://evil.example/acs' } }, 'acs-unknown'],
    ['an ACS with a dot behind', plain, { acs: { url: 'https://sp.example.org./acs' } }, 'acs-unknown'],
    ['an ACS with a port', plain, { acs: { url: 'https://sp.example.org:443/acs' } }, 'acs-unknown'],
    ['an ACS with user info', plain, { acs: { url: 'https://sp.example.org@evil.example/acs' } }, 'acs-unknown'],
    ['an ACS with a path trick', plain, { acs: { url: 'https://sp.example.org/x/../acs' } }, 'acs-unknown'],
    ['an ACS in another case', plain, { acs: { url: 'https://SP.example.org/acs' } }, 'acs-unknown'],
    ['an ACS of another SP', plain, { acs: { url: 'https://signing.example.org/acs' } }, 'acs-unknown'],
    ['an unknown index', plain, { acs: { index: 77 } }, 'acs-unknown'],
    ['another Destination', plain, { destination: 'https://other.example/sso' }, 'request-destination'],
    ['a request from the future', plain, { issueInstant: '2026-11-22T12:04:00Z' }, 'request-from-future'],
    ['an index and an address that disagree', plain, { alter: alsoIndex('2') }, 'acs-unknown'],
    ['an index of another endpoint than the address', plain, { alter: alsoIndex('9') }, 'acs-unknown'],
    ['an empty address', plain, { acs: { url: '' } }, 'acs-unknown'],
    ['a line break in the Issuer', plain, { alter: inIssuer('org/\nshibboleth') }, 'service-unknown'],
    ['a no-break space behind the Issuer', plain, { alter: inIssuer('org/shibboleth\u00a0') }, 'service-unknown'],
    ['a BOM before the Issuer', plain, { alter: inIssuer('org/shibboleth', '\ufeff') }, 'service-unknown'],
    ['an element in the Issuer', plain, { alter: inIssuer('org/<b/>shibboleth') }, 'xml-malformed'],
    ['an Issuer that is a person', plain, { alter: issuerFormat(nameIdFormats.persistent) }, 'issuer-missing'],
    ['two Issuers', plain, { extra: '<saml:Issuer>https://evil.example/</saml:Issuer>' }, 'request-invalid'],
    ['two policies', plain, { extra: '<samlp:NameIDPolicy/><samlp:NameIDPolicy/>' }, 'request-invalid'],
    ['an element that is no part of it', plain, { extra: '<x xmlns="urn:x"/>' }, 'request-invalid'],
    ['an assertion inside', plain, { extra: '<saml:Assertion/>' }, 'request-invalid'],
    ['a name of Object', plain, { extra: '<constructor xmlns="toString"/>' }, 'request-invalid'],
    ['two identifiers', plain, { extra: subject('<saml:NameID>a</saml:NameID><saml:BaseID/>') }, 'request-invalid'],
    [
      'an endless NameID',
      plain,
      { extra: subject(`<saml:NameID>${'a'.repeat(257)}</saml:NameID>`) },
      'request-invalid',
    ],
    ['endless contexts', plain, { requestedAuthnContext: { classes: ['urn:a'.repeat(500)] } }, 'request-too-large'],
    ['a RelayState without end', plain, { relayState: '門'.repeat(2049) }, 'relay-state-too-large'],
    ['SAML 1.1', plain, { version: '1.1' }, 'request-version'],
  ])('attack: %s', async (_name, sp, options, code) => {
    expect(await codeOf(() => receive(send(sp, options)))).toBe(code);
  });
  test.each<[string, SendOptions]>([
    ['ACS', { acs: { url: `https://evil.example/${'a'.repeat(20_000)}\u009b31m\u202e` } }],
    ['Issuer', { issuer: `https://evil.example/${'a'.repeat(20_000)}\u009b31m\u202e` }],
    ['element', { extra: `<${'a'.repeat(20_000)} xmlns="urn:x"/>` }],
  ])('attack: an endless %s does not fill the log or steer its reader', async (_name, options) => {
    expect(await detailOf(() => receive(send(plain, options)))).toMatch(/^[ -~…]{20,700}$/);
  });
  test.each<[string, SendOptions, string]>([
    [
      'an answer by artifact',
      { protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact' },
      'binding-unsupported',
    ],
    ['a NameID that nobody makes', { nameIdPolicy: { format: nameIdFormats.entity } }, 'name-id-policy'],
    ['a Subject that confirms', { extra: subject('<saml:SubjectConfirmation Method="b"/>') }, 'request-unsupported'],
    ['a Subject in a cipher', { extra: subject('<saml:EncryptedID/>') }, 'request-unsupported'],
    ['a Subject by a base', { extra: subject('<saml:BaseID/>') }, 'request-unsupported'],
    [
      'an index beside another binding',
      { acs: { index: 1 }, protocolBinding: bindings.redirect },
      'binding-unsupported',
    ],
  ])('what the verified SP may not ask is kept for its answer: %s', async (_name, options, code) => {
    expect((await receive(send(plain, options))).request.refusal).toBe(code);
  });
  test.each<[string, SendOptions]>([
    [
      'Consent',
      { alter: (xml) => xml.replace(' Version=', ' Consent="urn:oasis:names:tc:SAML:2.0:consent:prior" Version=') },
    ],
    ['ProviderName', { alter: (xml) => xml.replace(' Version=', ' ProviderName="&lt;b&gt;" Version=') }],
    ['Conditions', { extra: '<saml:Conditions NotOnOrAfter="2001-01-01T00:00:00Z"/>' }],
    [
      'Scoping',
      {
        scoping:
          '<samlp:Scoping ProxyCount="0"><samlp:IDPList><samlp:IDPEntry ProviderID="x"/></samlp:IDPList></samlp:Scoping>',
      },
    ],
    [
      'Extensions',
      {
        extra:
          '<samlp:Extensions><x xmlns="urn:x"><saml:Issuer>https://evil.example/</saml:Issuer></x></samlp:Extensions>',
      },
    ],
    ['an empty Subject', { extra: subject('') }],
    ['the format of an Issuer that is an entity', { alter: issuerFormat(nameIdFormats.entity) }],
    ['white space of XML around the Issuer', { alter: inIssuer('org/shibboleth \r\n', '\t ') }],
    ['an Issuer in CDATA', { alter: (xml) => xml.replace(/Issuer>([^<]+)</, 'Issuer><![CDATA[$1]]><') }],
    ['an index and an address that agree', { alter: alsoIndex('1') }],
    ['an index beside HTTP-POST', { acs: { index: 1 }, protocolBinding: bindings.post }],
  ])('tolerated: %s', async (_name, options) => {
    const { request } = await receive(send(plain, options));
    expect(request).toMatchObject({
      serviceProvider: plain.entityId,
      assertionConsumerService: 'https://sp.example.org/acs',
      subject: undefined,
      refusal: undefined,
    });
  });
  test('a Subject in the clear is kept, to be held against the one who logs in', async () => {
    const extra = subject(`<saml:NameID Format="${nameIdFormats.unspecified}"> s1@example.ac.jp </saml:NameID>`);
    expect((await receive(send(plain, { extra }))).request).toMatchObject({
      subject: { format: nameIdFormats.unspecified, value: 's1@example.ac.jp' },
      refusal: undefined,
    });
  });
  test.each<[string, string, string, string | undefined]>([
    ['ours, for this SP', ownEntityId, plain.entityId, undefined],
    ['empty qualifiers', '', '', undefined],
    ['attack: of another IdP', 'https://other.example.ac.jp/idp', plain.entityId, 'subject-other'],
    ['attack: for another SP', ownEntityId, 'https://other.example.org/sp', 'subject-other'],
    ['attack: exchanged', plain.entityId, ownEntityId, 'subject-other'],
  ])('a Subject that says whose name it is: %s', async (_name, by, to, refusal) => {
    const extra = subject(`<saml:NameID NameQualifier="${by}" SPNameQualifier="${to}">a</saml:NameID>`);
    const { request } = await receive(send(plain, { extra }));
    expect(request.refusal).toBe(refusal);
    expect(request.subject).toEqual({ format: undefined, value: 'a' });
  });
  test('where we want requests signed, an unsigned one of any SP is refused', async () => {
    expect(await codeOf(() => receive(send(plain), now, true))).toBe('signature-missing');
    expect(await codeOf(() => receive(send(plain, { sign: true }), now, true))).toBeUndefined();
  });
  test('a signed request must name its Destination', async () => {
    expect(await codeOf(() => receive(send(signing, { destination: null })))).toBe('request-destination');
    expect(await codeOf(() => receive(send(plain, { destination: null })))).toBeUndefined();
  });
  test('attack: a comment does not cut the Issuer short', async () => {
    const alter = (xml: string) => xml.replace('org/shibboleth<', 'org<!-- -->/shibboleth<');
    expect((await receive(send(plain, { alter }))).request.serviceProvider).toBe(plain.entityId);
  });
  test('the ACS may be named by address, by index, or not at all', async () => {
    expect(
      (await receive(send(plain, { acs: { url: 'https://sp.example.org/acs2' } }))).request.assertionConsumerService,
    ).toBe('https://sp.example.org/acs2');
    expect((await receive(send(plain, { acs: { index: 2 } }))).request.assertionConsumerService).toMatch(/acs2?$/);
    expect((await receive(send(plain, { acs: 'none' }))).request.assertionConsumerService).toBe(
      'https://sp.example.org/acs',
    );
  });
});

describe('HTTP-Redirect signatures cover the octets received', () => {
  const signed = byRedirect(signing, { relayState: 'a b' }) as { binding: 'redirect'; rawQuery: string };
  const pairs = signed.rawQuery.split('&');
  test('re-ordered parameters verify all the same', async () => {
    expect((await receive({ binding: 'redirect', rawQuery: [...pairs].reverse().join('&') })).request.relayState).toBe(
      'a b',
    );
  });
  test.each([
    ['another RelayState', signed.rawQuery.replace('RelayState=a%20b', 'RelayState=evil')],
    ['the same RelayState in another encoding', signed.rawQuery.replace('RelayState=a%20b', 'RelayState=a+b')],
    ['no RelayState', pairs.filter((pair) => !pair.startsWith('RelayState')).join('&')],
  ])('attack: %s', async (_, rawQuery) => {
    expect(await codeOf(() => receive({ binding: 'redirect', rawQuery }))).toBe('signature-invalid');
  });
  test('attack: a second SAMLRequest beside the signed one', async () => {
    const other = byRedirect(plain) as { rawQuery: string };
    for (const rawQuery of [`${signed.rawQuery}&${other.rawQuery}`, `${other.rawQuery}&${signed.rawQuery}`]) {
      expect(await codeOf(() => receive({ binding: 'redirect', rawQuery }))).toBe('request-repeated');
    }
  });
  test('attack: stripping the signature of an SP that signs', async () => {
    const rawQuery = pairs.filter((pair) => !/^(Signature|SigAlg)=/.test(pair)).join('&');
    expect(await codeOf(() => receive({ binding: 'redirect', rawQuery }))).toBe('signature-missing');
  });
});

test('why nobody is known is for the operator alone', async () => {
  const known = { serviceProviders, whyUnknown: (entityId: string) => `what federation tells of ${entityId} expired` };
  const error = await decodeAuthnRequest(known, byRedirect(plain, { issuer: 'https://gone.example/' })).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    code: 'service-unknown',
    detail: '"https://gone.example/": what federation tells of https://gone.example/ expired',
    data: {},
  });
});

test('attack: who is kept from being asked about an SP is no reason to call it unknown', async () => {
  const ask = async () => ({ kind: 'undecided', why: 'mdq: no answer within 5 s' }) as const;
  const asked = decodeAuthnRequest({ serviceProviders: { ask } }, byRedirect(plain));
  await expect(asked).rejects.toMatchObject({
    code: 'service-undecided',
    detail: `"${plain.entityId}": mdq: no answer within 5 s`,
  });
});
