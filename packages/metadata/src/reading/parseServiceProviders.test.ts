import { attributeNameFormats } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { readFixture } from '../fixtures/readFixture.ts';
import { parseServiceProviders } from './parseServiceProviders.ts';
import type { ServiceProvider } from './serviceProvider.ts';

function parseOne(path: string): ServiceProvider {
  const [first, ...others] = parseServiceProviders(readFixture(path), 'federation').serviceProviders;
  if (first === undefined || others.length > 0) throw new Error(`${path} should hold one service provider`);
  return first;
}

describe('an SP as GakuNin registers it', () => {
  const sp = parseOne('gakunin-like-sp.xml');

  test('is known by its entityID, source and registrar', () => {
    expect(sp).toMatchObject({
      entityId: 'https://lab.example.ac.jp/shibboleth-sp',
      source: 'federation',
      registrationAuthority: 'https://federation.example.jp',
      validUntil: undefined,
    });
  });

  test('has its names in both languages, the first of each, white space collapsed', () => {
    expect(sp.names).toEqual({ ja: '聴講申請 システム', en: 'Course registration' });
    expect(sp.descriptions).toEqual({ ja: '大学院生の聴講を受け付けます。𠮷田まで。' });
    expect(sp.informationUrls).toEqual({ ja: 'https://lab.example.ac.jp/?言語=日本語' });
    expect(sp.privacyStatementUrls).toEqual({ en: 'https://lab.example.ac.jp/privacy' });
    expect(sp.requestInitiator).toBe('https://lab.example.ac.jp/Shibboleth.sso/Login');
  });

  test('keeps the endpoints that we speak; the default among them is the first that is not marked false', () => {
    expect(sp.assertionConsumerServices).toEqual([
      { index: 6, location: 'https://old.lab.example.ac.jp/Shibboleth.sso/SAML2/POST', isDefault: false },
      { index: 1, location: 'https://lab.example.ac.jp/Shibboleth.sso/SAML2/POST', isDefault: true },
    ]);
  });

  test('serves both purposes with a key without use, whatever the dates of its certificate', () => {
    const { expired, spSigningEc, spEncryption } = testKeys;
    expect(sp.signingKeys.map(({ certificate }) => certificate)).toEqual([
      expired.certificate,
      spSigningEc.certificate,
    ]);
    expect(sp.encryptionKeys.map(({ certificate }) => certificate)).toEqual([
      expired.certificate,
      spEncryption.certificate,
    ]);
    expect(sp.signingKeys[0]?.key.equals(expired.publicKey)).toBe(true);
    expect(sp.signingKeys[0]?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test('tells by key which algorithms to encrypt with', () => {
    expect(sp.encryptionKeys.map(({ methods }) => methods)).toEqual([
      [],
      ['http://www.w3.org/2009/xmlenc11#aes128-gcm', 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'],
    ]);
  });

  test('understands true and 1', () => {
    expect(sp).toMatchObject({ authnRequestsSigned: true, wantAssertionsSigned: true });
    expect(sp.attributeConsumingServices).toEqual([
      {
        index: 1,
        isDefault: true,
        names: { ja: '聴講' },
        descriptions: {},
        requested: [
          {
            name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6',
            nameFormat: attributeNameFormats.uri,
            friendlyName: 'eduPersonPrincipalName',
            isRequired: true,
            values: [],
          },
          {
            name: 'urn:oid:0.9.2342.19200300.100.1.3',
            nameFormat: attributeNameFormats.uri,
            friendlyName: 'mail',
            isRequired: true,
            values: [],
          },
          {
            name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7',
            nameFormat: attributeNameFormats.uri,
            friendlyName: 'eduPersonEntitlement',
            isRequired: false,
            values: ['urn:mace:dir:entitlement:common-lib-terms'],
          },
        ],
      },
    ]);
  });

  test('has its NameID formats, entity categories and wished subject identifier', () => {
    expect(sp.nameIdFormats).toEqual([
      'urn:mace:shibboleth:1.0:nameIdentifier',
      'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    ]);
    expect(sp.categories).toEqual([
      'http://refeds.org/category/research-and-scholarship',
      'https://refeds.org/category/code-of-conduct/v2',
    ]);
    expect(sp.subjectIdRequirement).toBe('pairwise-id');
  });

  test('tells the operator of a key that nothing can be encrypted to, and of a KeyDescriptor without certificate', () => {
    const { warnings } = parseServiceProviders(readFixture('gakunin-like-sp.xml'), 'federation');
    expect(sp.unusableEncryptionKeys).toEqual([warnings[0]?.message]);
    expect(warnings).toEqual([
      {
        source: 'federation',
        entityId: 'https://lab.example.ac.jp/shibboleth-sp',
        message: expect.stringMatching(/^nothing can be encrypted to the key in certificate [0-9a-f]{64}: it is not/),
      },
      {
        source: 'federation',
        entityId: 'https://lab.example.ac.jp/shibboleth-sp',
        message: 'a KeyDescriptor holds no certificate and is ignored',
      },
    ]);
  });
});

describe('groups within groups', () => {
  const { serviceProviders, warnings } = parseServiceProviders(readFixture('nested-groups.xml'), 'federation');
  const find = (name: string) => serviceProviders.find(({ entityId }) => entityId === `https://${name}.example.org/sp`);

  test('hold only those SPs that can be answered by HTTP-POST', () => {
    const ids = serviceProviders.map(({ entityId }) => new URL(entityId).hostname.split('.')[0]);
    expect(ids).toEqual(['one', 'two', 'three', 'roles']);
    expect(warnings).toEqual([
      {
        source: 'federation',
        entityId: 'https://artifact.example.org/sp',
        message: 'is ignored: it has no AssertionConsumerService for HTTP-POST that can be used',
      },
    ]);
  });

  test('the earliest validUntil of all that stand around an entity, in any time zone, is its own', () => {
    const ends = serviceProviders.map(({ validUntil }) => validUntil && new Date(validUntil).toISOString());
    expect(ends).toEqual([
      '2024-12-31T00:00:00.000Z',
      '2024-06-01T00:00:00.000Z',
      '2024-05-01T00:00:00.000Z',
      '2024-04-20T00:00:00.000Z',
    ]);
  });

  test('registration and categories reach the members, the innermost registrar counts', () => {
    expect(find('one')?.registrationAuthority).toBeUndefined();
    expect(find('two')?.registrationAuthority).toBe('https://inner.example.jp');
    expect(find('three')?.registrationAuthority).toBe('https://own.example.jp');
    expect(find('three')?.categories).toEqual(['https://federation.example.jp/category/member']);
  });

  test('of several SP roles the one that can be answered counts', () => {
    expect(find('roles')?.assertionConsumerServices).toEqual([
      { index: 0, location: 'https://roles.example.org/acs', isDefault: true },
    ]);
  });

  test('an SP without a name of its own goes by that of its organization', () => {
    expect(find('roles')?.names).toEqual({ en: 'The Organization of Roles' });
    expect(find('one')?.names).toEqual({});
  });
});

describe('what is no metadata', () => {
  test.each([
    ['another document', '<html xmlns="http://www.w3.org/1999/xhtml"/>', 'metadata-invalid'],
    [
      'the right name in another namespace',
      '<EntityDescriptor entityID="https://sp.example.org"/>',
      'metadata-invalid',
    ],
    [
      'a part of metadata',
      '<SPSSODescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" protocolSupportEnumeration="x"/>',
      'metadata-invalid',
    ],
    ['a truncated file', '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">', 'xml-malformed'],
    ['an empty file', '', 'xml-malformed'],
  ])('%s is refused', (_what, text, code) => {
    expect(() => parseServiceProviders(Buffer.from(text), 'x')).toThrow(expect.objectContaining({ code }));
  });
});
