import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnvelopedSignature, parseXml, writeCanonical } from '@gakumon/saml';
import { toEntityId } from '@gakumon/terms';
import { describeWith, runProgram, temporaryFolder, testKeys, validateAgainstSchema } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { signingKeyOf } from '../fixtures/madeMetadata.ts';
import { verifyMetadata } from '../trust/verifyMetadata.ts';
import { buildIdpMetadata, type IdpMetadataSettings } from './idpMetadata.ts';
import { publishIdpMetadata } from './publishIdpMetadata.ts';

const { idpSigning, idpSigningEc, idpEncryption, stranger } = testKeys;

const plain: IdpMetadataSettings = {
  entityId: toEntityId('https://idp.example.ac.jp/idp/shibboleth'),
  baseUrl: 'https://idp.example.ac.jp',
  scopes: ['example.ac.jp'],
  organization: { ja: '例示大学', en: 'Example University' },
  contacts: [],
  keys: [{ certificate: idpSigning.certificate }],
};

const full: IdpMetadataSettings = {
  ...plain,
  scopes: ['example.ac.jp', 'med.example.ac.jp'],
  organizationUrl: { ja: 'https://www.example.ac.jp/', en: 'https://www.example.ac.jp/en/?a=1&b=2' },
  displayName: { ja: '例示大学 <認証>', en: 'Example "University" & Co' },
  description: { ja: '𠮷野の大学', en: 'A university' },
  informationUrl: { ja: 'https://idp.example.ac.jp/about', en: 'https://idp.example.ac.jp/about?lang=en' },
  privacyStatementUrl: { ja: 'https://idp.example.ac.jp/privacy', en: 'https://idp.example.ac.jp/privacy?lang=en' },
  logo: { url: 'https://idp.example.ac.jp/logo.png', width: 80, height: 60 },
  errorUrl: 'https://idp.example.ac.jp/help',
  wantAuthnRequestsSigned: true,
  contacts: [
    { type: 'technical', name: '情報基盤センター', email: 'idp@example.ac.jp' },
    { type: 'support', name: 'Help desk', email: 'mailto:desk@example.ac.jp' },
    { type: 'security', name: 'CSIRT', email: 'csirt@example.ac.jp' },
  ],
  keywords: ['category:location:kanto', 'category:organizationType:university'],
  discoHints: {
    ipHints: ['192.0.2.0/24', '2001:db8::/32'],
    domainHints: ['example.ac.jp'],
    geolocationHints: ['geo:35.7128,139.7620'],
  },
  keys: [
    { certificate: idpSigning.certificate, use: 'signing' },
    { certificate: stranger.certificate, use: 'signing' },
    { certificate: idpEncryption.certificate, use: 'encryption' },
    { certificate: stranger.certificate, use: 'encryption' },
  ],
  nameIdFormats: [
    'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  ],
  validUntil: Date.parse('2124-04-08T09:00:00Z'),
  cacheDuration: 21_600_000,
};

describe('buildIdpMetadata', () => {
  const text = writeCanonical(buildIdpMetadata(full));

  test('names both single sign-on endpoints where Shibboleth has them', () => {
    const sso = 'https://idp.example.ac.jp/idp/profile/SAML2';
    expect(text).toContain(`HTTP-Redirect" Location="${sso}/Redirect/SSO">`);
    expect(text).toContain(`HTTP-POST" Location="${sso}/POST/SSO">`);
  });

  test('tells which algorithms we understand, and never SHA-1', () => {
    const first = (name: string) => new RegExp(`<alg:${name} [^>]*Algorithm="([^"]+)"`).exec(text)?.[1];
    expect(first('SigningMethod')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    expect(first('DigestMethod')).toBe('http://www.w3.org/2001/04/xmlenc#sha256');
    expect(text).not.toMatch(/Algorithm="[^"]*sha1"/);
  });

  test('says what the settings say, escaped', () => {
    expect(text).toContain('regexp="false">med.example.ac.jp</shibmd:Scope>');
    expect(text).toContain('xml:lang="ja">例示大学 &lt;認証&gt;</mdui:DisplayName>');
    expect(text).toContain('>https://www.example.ac.jp/en/?a=1&amp;b=2</md:OrganizationURL>');
    expect(text).toContain('<md:EmailAddress>mailto:idp@example.ac.jp</md:EmailAddress>');
    expect(text).toContain('<md:EmailAddress>mailto:desk@example.ac.jp</md:EmailAddress>');
    expect(text).toContain('validUntil="2124-04-08T09:00:00');
    expect(text).toContain('cacheDuration="PT21600S"');
    expect(text).toContain('>category:location:kanto category:organizationType:university</mdui:Keywords>');
    expect(text).toContain('<mdui:IPHint>2001:db8::/32</mdui:IPHint>');
    expect(text).toMatch(/contactType="other" [^>]*contactType="http:\/\/refeds.org\/metadata\/contactType\/security"/);
    expect(text.match(/<md:KeyDescriptor use="signing">/g)).toHaveLength(2);
  });

  test('is the same for the same settings, and has another ID for others', () => {
    expect(writeCanonical(buildIdpMetadata(full))).toBe(text);
    const id = (settings: IdpMetadataSettings) => buildIdpMetadata(settings).attributes.ID;
    expect(id(full)).toMatch(/^_[0-9a-f]{40}$/);
    expect(id({ ...full, scopes: ['other.example.ac.jp'] })).not.toBe(id(full));
  });

  test('makes what is missing from the rest', () => {
    const short = writeCanonical(buildIdpMetadata(plain));
    expect(short).toContain('xml:lang="ja">例示大学</mdui:DisplayName>');
    expect(short).toContain('errorURL="https://idp.example.ac.jp/"');
    expect(short).toContain('<md:KeyDescriptor>');
    expect(short).not.toContain('validUntil');
  });
});

describe('publishIdpMetadata', () => {
  test('signs the whole, and our own verifier agrees', async () => {
    const xml = await publishIdpMetadata(full, signingKeyOf(idpSigning));
    expect(hasEnvelopedSignature(parseXml(Buffer.from(xml)))).toBe(true);
    const trust = { certificates: [idpSigning.certificatePem], now: Date.parse('2024-04-08T09:00:00Z') };
    const { bytes } = verifyMetadata(Buffer.from(xml), trust);
    expect(Buffer.from(bytes).toString()).toBe(writeCanonical(buildIdpMetadata(full)));
  });
});

describeWith(['xmllint'], 'the OASIS schemas', () => {
  test.each([
    ['the plainest settings', plain],
    ['every setting', full],
  ])('have nothing to say about %s', async (_what, settings) => {
    expect(await validateAgainstSchema(await publishIdpMetadata(settings, signingKeyOf(idpSigning)))).toEqual([]);
  });
});

describeWith(['xmlsec1'], 'xmlsec1', () => {
  const entity = 'urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor';
  const judge = async (xml: string, certificateFile: string) => {
    const file = join(await temporaryFolder(), 'idp.xml');
    await writeFile(file, xml);
    const keys = ['--enabled-key-data', 'key-name', '--pubkey-cert-pem', certificateFile];
    return (await runProgram('xmlsec1', ['--verify', ...keys, '--id-attr:ID', entity, file])).code;
  };

  test.each([
    ['RSA', idpSigning],
    ['an elliptic curve', idpSigningEc],
  ])('accepts the signature with %s, and refuses a change', async (_what, key) => {
    const xml = await publishIdpMetadata(full, signingKeyOf(key));
    expect(await judge(xml, key.certificateFile)).toBe(0);
    expect(await judge(xml.replace('>example.ac.jp<', '>evil.example<'), key.certificateFile)).not.toBe(0);
    expect(await judge(xml, stranger.certificateFile)).not.toBe(0);
  });
});
