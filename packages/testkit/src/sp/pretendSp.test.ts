import { verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { algorithms, authnContexts, nameIdFormats, statuses } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { testKeys } from '../keys/testKeys.ts';
import { describeWith } from '../programs.ts';
import { schemaJudge, validateAgainstSchema } from '../rigs/samlSchemas.ts';
import { fixedClock } from '../time.ts';
import { parseDocument } from './dom.ts';
import { pretendIdp } from './pretendIdp.ts';
import { pretendSp } from './pretendSp.ts';
import { verifyElement } from './signatures.ts';

const clock = fixedClock('2024-04-08T09:00:00Z');
const sp = pretendSp({ clock });
const idp = pretendIdp({ clock });
const sso = 'https://idp.example.ac.jp/idp/profile/SAML2/Redirect/SSO';
const { acs, entityId: audience } = sp;
const asked = { requestId: '_request1', acs, audience, encryptTo: testKeys.spEncryption, assertionKey: null };
const expected = {
  requestId: '_request1',
  idpEntityId: idp.entityId,
  idpCertificates: [testKeys.idpSigning.certificatePem],
};
const encode = (xml: string): string => Buffer.from(xml).toString('base64');
const jaDisplayName = 'urn:oid:1.3.6.1.4.1.32264.1.1.3';
const good = idp.answer({ ...asked, attributes: { [jaDisplayName]: ['学門 太郎 <&>\r\n'] } });

describe('reading a Response', () => {
  test('signed and encrypted, it tells everything', () => {
    const { assertion, status } = sp.read(encode(good), expected);
    expect(status.code).toBe(statuses.success);
    expect(assertion).toMatchObject({
      nameId: { format: nameIdFormats.transient },
      attributes: { [jaDisplayName]: ['学門 太郎 <&>\r\n'] },
      authnContext: authnContexts.passwordProtectedTransport,
      authnInstant: clock(),
      audience,
      signed: false,
      encryption: { cipher: algorithms.aes128Gcm, keyTransport: algorithms.rsaOaepMgf1p },
    });
  });

  test('a NameID as a value is rendered as Shibboleth does', () => {
    const nameId = `<saml:NameID NameQualifier="i" SPNameQualifier="s">v</saml:NameID>`;
    const xml = idp.answer({
      ...asked,
      attributes: { a: ['here'] },
      alterAssertion: (assertion) => assertion.replace('here', nameId),
    });
    expect(sp.read(encode(xml), expected).assertion?.attributes).toEqual({ a: ['i!s!v'] });
  });

  test('an assertion signed inside an encrypted one is verified too', () => {
    const xml = idp.answer({ ...asked, assertionKey: testKeys.idpSigning });
    expect(sp.read(encode(xml), { ...expected, requireSignedAssertion: true }).assertion?.signed).toBe(true);
  });

  test('an ECDSA signature verifies', () => {
    const xml = idp.answer({ ...asked, responseKey: testKeys.idpSigningEc });
    const read = sp.read(encode(xml), { ...expected, idpCertificates: [testKeys.idpSigningEc.certificatePem] });
    expect(read.signed).toBe(true);
  });

  test('an error has a status and no assertion', () => {
    const xml = idp.answer({ ...asked, status: [statuses.responder, statuses.noPassive] });
    const status = { code: statuses.responder, second: statuses.noPassive };
    expect(sp.read(encode(xml), expected)).toMatchObject({ status, assertion: undefined });
  });

  test.each<[string, string, object, string]>([
    [
      'a flipped character',
      good.replace('InResponseTo="_request1"', 'InResponseTo="_request2"'),
      {},
      'signature of Response',
    ],
    ['a stranger’s signature', idp.answer({ ...asked, responseKey: testKeys.stranger }), {}, 'signature of Response'],
    ['a stranger’s assertion', idp.answer({ ...asked, assertionKey: testKeys.stranger }), {}, 'signature of Assertion'],
    ['no signature', idp.answer({ ...asked, responseKey: null }), {}, 'not signed'],
    ['another request', good, { requestId: '_other' }, 'InResponseTo'],
    ['another IdP', good, { idpEntityId: 'https://other.example/' }, 'is from'],
    ['another ACS', good, { acs: 'https://sp.example.org/other' }, 'Destination'],
    ['another recipient', idp.answer({ ...asked, recipient: 'https://x.example/' }), {}, 'Recipient'],
    ['another audience', good, { spEntityId: 'https://other.example/' }, 'audience'],
    ['five minutes later', good, { now: clock() + 300_000 }, 'expired'],
    ['earlier than it is valid', good, { now: clock() - 1 }, 'not valid yet'],
    ['the wrong key', good, { decryptionKeys: [testKeys.stranger] }, 'decrypted'],
    ['a clear assertion', idp.answer({ ...asked, encryptTo: undefined }), {}, 'not encrypted'],
    [
      'an error that carries an assertion',
      idp.answer({ ...asked, alterResponse: (xml) => xml.replace(statuses.success, statuses.responder) }),
      {},
      'error with',
    ],
  ])('%s is refused', (_what, xml, different, problem) => {
    expect(() => sp.read(encode(xml), { ...expected, ...different })).toThrow(problem);
  });

  test('a signature over another element than its parent is refused (wrapping)', () => {
    const signature = /<ds:Signature.*?<\/ds:Signature>/s.exec(good)?.[0] ?? '';
    const wrapped = good
      .replace(/ ID="[^"]*"/, ' ID="_evil"')
      .replace('</samlp:Response>', `<x>${good.replace(signature, '')}</x></samlp:Response>`);
    expect(signature).not.toBe('');
    expect(() => sp.read(encode(wrapped), expected)).toThrow('signature of Response');
  });
});

describe('requests', () => {
  const queryOf = (url: string): URLSearchParams => new URL(url).searchParams;
  const inflate = (url: string): string =>
    inflateRawSync(Buffer.from(queryOf(url).get('SAMLRequest') ?? '', 'base64')).toString();

  test('by redirect, unsigned', () => {
    const { id, url } = sp.redirectTo(sso, { relayState: 'a&b=日', forceAuthn: '1' });
    expect(queryOf(url).get('RelayState')).toBe('a&b=日');
    expect(queryOf(url).has('Signature')).toBe(false);
    const root = parseDocument(inflate(url)).documentElement;
    expect(root.getAttribute('ID')).toBe(id);
    expect(root.getAttribute('ForceAuthn')).toBe('1');
    expect(root.getAttribute('AssertionConsumerServiceURL')).toBe(sp.acs);
  });

  test('by redirect, the signature is over the octets that are sent', () => {
    const { url } = sp.redirectTo(sso, { relayState: 'x', sign: true });
    const [octets, signature] = url.slice(sso.length + 1).split('&Signature=');
    const value = Buffer.from(decodeURIComponent(signature ?? ''), 'base64');
    expect(verify('sha256', Buffer.from(octets ?? ''), testKeys.spSigning.publicKey, value)).toBe(true);
  });

  test('by POST, signed inside', () => {
    const { fields } = sp.postTo(sso, { sign: true, isPassive: true });
    const root = parseDocument(Buffer.from(fields.SAMLRequest ?? '', 'base64').toString()).documentElement;
    expect(verifyElement(root, [testKeys.spSigning.certificatePem])).toContain('IsPassive="true"');
    expect(() => verifyElement(root, [testKeys.stranger.certificatePem])).toThrow('refused');
  });
});

describeWith(schemaJudge, 'the OASIS schemas', () => {
  test('find nothing wrong with metadata and requests', async () => {
    const full = pretendSp({
      authnRequestsSigned: true,
      wantAssertionsSigned: true,
      requestedAttributes: [{ name: 'urn:oid:0.9.2342.19200300.100.1.3', isRequired: true }],
      requestInitiator: 'https://sp.example.org/login',
    });
    expect(await validateAgainstSchema(full.metadata())).toEqual([]);
    const sent = full.postTo(sso, {
      nameIdPolicy: { format: nameIdFormats.transient, allowCreate: true },
      requestedAuthnContext: { comparison: 'exact', classes: [authnContexts.password] },
    });
    expect(await validateAgainstSchema(sent.xml)).toEqual([]);
  });
});
