import { constants, createCipheriv, publicEncrypt, randomBytes, verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { algorithms, authnContexts, nameIdFormats, ns, statuses } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { testKeys } from '../keys/testKeys.ts';
import { describeWith } from '../programs.ts';
import { schemaJudge, validateAgainstSchema } from '../rigs/samlSchemas.ts';
import { fixedClock } from '../time.ts';
import { parseDocument } from './dom.ts';
import { pretendSp } from './pretendSp.ts';
import { signDocument, verifyElement } from './signatures.ts';

const clock = fixedClock('2024-04-08T09:00:00Z');
const sp = pretendSp({ clock });
const idp = 'https://idp.example.ac.jp/idp/shibboleth';
const sso = 'https://idp.example.ac.jp/idp/profile/SAML2/Redirect/SSO';
const expected = { requestId: '_request1', idpEntityId: idp, idpCertificates: [testKeys.idpSigning.certificatePem] };

const assertionXml = `<saml:Assertion xmlns:saml="${ns.saml}" ID="_a1" IssueInstant="2024-04-08T09:00:00Z" Version="2.0"><saml:Issuer>${idp}</saml:Issuer><saml:Subject><saml:NameID Format="${nameIdFormats.transient}">AAdz</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_request1" NotOnOrAfter="2024-04-08T09:05:00Z" Recipient="${sp.acs}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2024-04-08T09:00:00Z" NotOnOrAfter="2024-04-08T09:05:00Z"><saml:AudienceRestriction><saml:Audience>${sp.entityId}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2024-04-08T08:59:00Z" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>${authnContexts.passwordProtectedTransport}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="urn:oid:1.3.6.1.4.1.32264.1.1.3" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>学門 太郎 &lt;&amp;&gt;</saml:AttributeValue></saml:Attribute><saml:Attribute Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue><saml:NameID Format="${nameIdFormats.persistent}" NameQualifier="${idp}" SPNameQualifier="${sp.entityId}">abc</saml:NameID></saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`;

const responseXml = (content: string, code: string = statuses.success): string =>
  `<samlp:Response xmlns:samlp="${ns.samlp}" Destination="${sp.acs}" ID="_r1" InResponseTo="_request1" IssueInstant="2024-04-08T09:00:00Z" Version="2.0"><saml:Issuer xmlns:saml="${ns.saml}">${idp}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${code}"/></samlp:Status>${content}</samlp:Response>`;

function encryptAssertion(xml: string): string {
  const secret = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-128-gcm', secret, iv);
  const octets = Buffer.concat([iv, cipher.update(xml), cipher.final(), cipher.getAuthTag()]);
  const wrapped = publicEncrypt(
    { key: testKeys.spEncryption.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING },
    secret,
  );
  const value = (bytes: Buffer): string =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  return `<saml:EncryptedAssertion xmlns:saml="${ns.saml}"><xenc:EncryptedData xmlns:xenc="${ns.xenc}"><xenc:EncryptionMethod Algorithm="${algorithms.aes128Gcm}"/><ds:KeyInfo xmlns:ds="${ns.ds}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${algorithms.rsaOaepMgf1p}"/>${value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>${value(octets)}</xenc:EncryptedData></saml:EncryptedAssertion>`;
}

const encode = (xml: string): string => Buffer.from(xml).toString('base64');
const good = signDocument(responseXml(encryptAssertion(assertionXml)), testKeys.idpSigning);

describe('reading a Response', () => {
  test('signed and encrypted, it tells everything', () => {
    const { assertion, status } = sp.read(encode(good), expected);
    expect(status.code).toBe(statuses.success);
    expect(assertion).toMatchObject({
      nameId: { format: nameIdFormats.transient, value: 'AAdz' },
      attributes: {
        'urn:oid:1.3.6.1.4.1.32264.1.1.3': ['学門 太郎 <&>'],
        'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': [`${idp}!${sp.entityId}!abc`],
      },
      authnContext: authnContexts.passwordProtectedTransport,
      authnInstant: Date.parse('2024-04-08T08:59:00Z'),
      sessionIndex: '_s1',
      audience: sp.entityId,
      signed: false,
      encryption: { cipher: algorithms.aes128Gcm, keyTransport: algorithms.rsaOaepMgf1p },
    });
  });

  test('an assertion signed inside an encrypted one is verified too', () => {
    const inside = encryptAssertion(signDocument(assertionXml, testKeys.idpSigning));
    const xml = signDocument(responseXml(inside), testKeys.idpSigning);
    expect(sp.read(encode(xml), { ...expected, requireSignedAssertion: true }).assertion?.signed).toBe(true);
  });

  test('an assertion signed by a stranger inside a good Response is refused', () => {
    const inside = encryptAssertion(signDocument(assertionXml, testKeys.stranger));
    const xml = signDocument(responseXml(inside), testKeys.idpSigning);
    expect(() => sp.read(encode(xml), expected)).toThrow('signature of Assertion');
  });

  test('an ECDSA signature of ours verifies', () => {
    const xml = signDocument(responseXml(encryptAssertion(assertionXml)), testKeys.idpSigningEc);
    const read = sp.read(encode(xml), { ...expected, idpCertificates: [testKeys.idpSigningEc.certificatePem] });
    expect(read.signed).toBe(true);
  });

  test('an error has a status and no assertion', () => {
    const xml = signDocument(responseXml('', statuses.responder), testKeys.idpSigning);
    expect(sp.read(encode(xml), expected)).toMatchObject({
      status: { code: statuses.responder },
      assertion: undefined,
    });
  });

  test.each<[string, string, object, string]>([
    ['a flipped character', good.replace('_r1"', '_r2"'), {}, 'signature of Response'],
    ['a stranger’s signature', signDocument(responseXml(''), testKeys.stranger), {}, 'signature of Response'],
    ['no signature', responseXml(encryptAssertion(assertionXml)), {}, 'not signed'],
    ['another request', good, { requestId: '_other' }, 'InResponseTo'],
    ['another IdP', good, { idpEntityId: 'https://other.example/' }, 'is from'],
    ['another ACS', good, { acs: 'https://sp.example.org/other' }, 'Destination'],
    ['another audience', good, { spEntityId: 'https://other.example/' }, 'audience'],
    ['five minutes later', good, { now: clock() + 300_000 }, 'expired'],
    ['earlier than it is valid', good, { now: clock() - 1 }, 'not valid yet'],
    ['the wrong key', good, { decryptionKeys: [testKeys.stranger] }, 'decrypted'],
    ['a clear assertion', signDocument(responseXml(assertionXml), testKeys.idpSigning), {}, 'not encrypted'],
    [
      'an error that carries an assertion',
      signDocument(responseXml(assertionXml, statuses.responder), testKeys.idpSigning),
      {},
      'error with',
    ],
  ])('%s is refused', (_what, xml, different, problem) => {
    expect(() => sp.read(encode(xml), { ...expected, ...different })).toThrow(problem);
  });

  test('a signature over another element than its parent is refused (wrapping)', () => {
    const signature = /<ds:Signature.*<\/ds:Signature>/s.exec(good)?.[0] ?? '';
    const wrapped = good
      .replace('ID="_r1"', 'ID="_evil"')
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
