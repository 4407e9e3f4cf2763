import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggregateXmlLimits, parseXml } from '@gakumon/saml';
import { describeWith, describeWithSamples, runProgram } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { listEntities } from './reading/entities.ts';
import type { IdentityProvider } from './reading/identityProvider.ts';
import { parseServiceProviders } from './reading/parseServiceProviders.ts';
import { readIdentityProvider } from './reading/readIdentityProvider.ts';
import { verifyMetadata } from './trust/verifyMetadata.ts';

const counts = [
  ['gakunin-u-tokyo-extract.xml', 1],
  ['opensaml-switchaai_signed.xml', 0],
  ['opensaml-ukfederation-metadata.xml', 0],
  ['pyff-wayf-edugain-metadata.xml', 16],
  ['pysaml2-tests_metadata.aaitest.xml', 136],
  ['pysaml2-tests_remote_data_metadata.aaitest.xml', 262],
  ['pysaml2-tests_swamid-1.0.xml', 108],
] as const;

/** Counts what we should find, in the language of another program. */
const countingXPath = `count(//*[local-name()="EntityDescriptor"][*[local-name()="SPSSODescriptor"]
  [contains(concat(" ", normalize-space(@protocolSupportEnumeration), " "), " urn:oasis:names:tc:SAML:2.0:protocol ")]
  /*[local-name()="AssertionConsumerService"][@Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"]])`;

describeWithSamples('real federation metadata', (folder) => {
  const read = (name: string) => readFileSync(join(folder, name));
  const readIdps = (name: string): IdentityProvider[] =>
    [...listEntities(parseXml(read(name), aggregateXmlLimits), () => () => {})]
      .map((entity) => readIdentityProvider(entity, name, ['categories', 'scopes']).identityProvider)
      .filter((identityProvider) => identityProvider !== undefined);

  describeWith(['xmllint'], 'xmllint counts as many service providers', () => {
    test.each(counts)('%s: %i', async (name, count) => {
      const { serviceProviders } = parseServiceProviders(read(name), name);
      expect(serviceProviders).toHaveLength(count);
      const { stdout } = await runProgram('xmllint', ['--nonet', '--xpath', countingXPath, join(folder, name)]);
      expect(Number(stdout)).toBe(count);
    });
  });

  test('every endpoint of every file is plain, and each SP has one default', () => {
    for (const [name] of counts) {
      for (const { assertionConsumerServices } of parseServiceProviders(read(name), name).serviceProviders) {
        expect(assertionConsumerServices.filter(({ isDefault }) => isDefault)).toHaveLength(1);
        for (const { location } of assertionConsumerServices) expect(location).toMatch(/^https?:\/\/[^\s@]+$/);
      }
    }
  });

  test('the SP of GakuNin arrives with its Japanese names and its key', () => {
    const { serviceProviders, warnings } = parseServiceProviders(read('gakunin-u-tokyo-extract.xml'), 'gakunin');
    expect(warnings).toEqual([]);
    expect(serviceProviders).toMatchObject([
      {
        entityId: 'https://step10.adm.s.u-tokyo.ac.jp/shibboleth-sp',
        names: { ja: 'STEP10聴講申請システム', en: 'STEP10 course registration system' },
        registrationAuthority: 'https://www.gakunin.jp',
        assertionConsumerServices: [{ index: 1, isDefault: true }],
        signingKeys: [{ fingerprint: expect.stringMatching(/^06b03757/) }],
        encryptionKeys: [{ fingerprint: expect.stringMatching(/^06b03757/) }],
        attributeConsumingServices: [
          {
            names: { ja: 'STEP10聴講申請システム', en: 'STEP10 course registration system' },
            requested: [
              {
                name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6',
                friendlyName: 'eduPersonPrincipalName',
                isRequired: true,
                values: [],
              },
            ],
          },
        ],
      },
    ]);
  });

  test('and with what else GakuNin registers: purposes by attribute, where it came from, whom to ask', () => {
    const [serviceProvider] = parseServiceProviders(read('gakunin-u-tokyo-extract.xml'), 'gakunin').serviceProviders;
    expect(serviceProvider).toMatchObject({
      attributePurposes: [
        { friendlyName: 'eduPersonPrincipalName', purposes: { ja: expect.stringMatching(/^認証された個人を特定し/) } },
      ],
      registration: {
        authority: 'https://www.gakunin.jp',
        instant: Date.parse('2024-01-17T00:04:50Z'),
        policies: { en: 'https://www.gakunin.jp/en/join', ja: 'https://www.gakunin.jp/join' },
      },
      discoveryResponses: [{ index: 1, isDefault: true }],
      contacts: [{ type: 'technical', surName: 'IT Team, School of Science', emailAddresses: [expect.any(String)] }],
      organization: {
        displayNames: { ja: 'STEP10聴講申請システム' },
        urls: { en: 'https://www.u-tokyo.ac.jp/' },
      },
    });
    expect(serviceProvider?.otherAssertionConsumerServices.map(({ index }) => index)).toEqual([2, 3, 4, 5]);
  });

  test('the IdP of GakuNin arrives with its scope, its two keys and where it logs in', () => {
    const [identityProvider, ...others] = readIdps('gakunin-u-tokyo-extract.xml');
    expect(others).toEqual([]);
    expect(identityProvider).toMatchObject({
      entityId: 'https://gidp.adm.u-tokyo.ac.jp/idp/shibboleth',
      names: { ja: '東京大学', en: 'The University of Tokyo' },
      keywords: { en: ['category:location:kanto', 'category:organizationType:university'] },
      scopes: [{ value: 'u-tokyo.ac.jp', isRegexp: false }],
    });
    expect(identityProvider?.signingKeys).toHaveLength(2);
    expect(identityProvider?.singleSignOnServices).toHaveLength(3);
  });

  test.each([
    ['gakunin-u-tokyo-extract.xml', 1, 1],
    ['pyff-wayf-edugain-metadata.xml', 61, 61],
    ['pysaml2-tests_metadata.aaitest.xml', 32, 32],
    ['pysaml2-tests_remote_data_metadata.aaitest.xml', 35, 35],
    ['pysaml2-tests_swamid-1.0.xml', 36, 36],
  ])('%s: %i identity providers, %i of them with a scope and a place to log in', (name, count, whole) => {
    const found = readIdps(name);
    expect(found).toHaveLength(count);
    expect(
      found.filter(({ scopes, singleSignOnServices }) => scopes.length > 0 && singleSignOnServices.length > 0),
    ).toHaveLength(whole);
  });

  test('WAYF: security contacts, entity attributes beside categories, logos that stand elsewhere, hints', () => {
    const name = 'pyff-wayf-edugain-metadata.xml';
    const all = [...readIdps(name), ...parseServiceProviders(read(name), name).serviceProviders];
    expect(all.filter(({ contacts }) => contacts.some(({ type }) => type === 'security'))).not.toEqual([]);
    expect(all.filter(({ registration }) => registration?.policies.en === undefined)).toEqual([]);
    const attributes = new Set(all.flatMap(({ entityAttributes }) => entityAttributes.map((one) => one.name)));
    expect(attributes).toContain('http://macedir.org/entity-category-support');
    const addresses = all.flatMap(({ logos }) => logos.map(({ url }) => url));
    for (const address of addresses) expect(address).toMatch(/^https?:/);
    expect(readIdps(name).filter(({ discoHints }) => discoHints.domains.length > 0)).not.toEqual([]);
  });

  test('keys in expired certificates are keys like others', () => {
    const { serviceProviders } = parseServiceProviders(read('pyff-wayf-edugain-metadata.xml'), 'wayf');
    expect(serviceProviders.filter(({ signingKeys }) => signingKeys.length === 0)).toEqual([]);
  });

  describe('signatures', () => {
    const trust = (name: string, now: string) => ({
      certificates: [read(`${name}.signer.pem`).toString()],
      now: Date.parse(now),
    });

    test('WAYF verifies with its own signer, until its validUntil and no longer', () => {
      const document = read('pyff-wayf-edugain-metadata.xml');
      const before = trust('pyff-wayf-edugain-metadata', '2019-07-24T08:10:03Z');
      expect(parseServiceProviders(verifyMetadata(document, before).bytes, 'wayf').serviceProviders).toHaveLength(16);
      const after = trust('pyff-wayf-edugain-metadata', '2019-07-24T08:10:04Z');
      expect(() => verifyMetadata(document, after)).toThrow(expect.objectContaining({ code: 'metadata-expired' }));
    });

    test.each([
      ['pysaml2-tests_metadata.aaitest', 'that was changed after it was signed'],
      ['opensaml-switchaai_signed', 'signed with SHA-1'],
      ['opensaml-ukfederation-metadata', 'signed with SHA-1'],
    ])('%s, %s, is refused', (name) => {
      const attempt = () => verifyMetadata(read(`${name}.xml`), trust(name, '2008-01-01T00:00:00Z'));
      expect(attempt).toThrow(expect.objectContaining({ code: 'metadata-signature' }));
    });

    test.each([
      ['opensaml-ukfederation-metadata', 'has a good signature, and is refused for its validity', 'metadata-validity'],
      ['opensaml-switchaai_signed', 'is refused for its key of 1024 bits', 'metadata-signature'],
    ])('where SHA-1 is allowed, %s %s', (name, _, code) => {
      const sha1 = { ...trust(name, '2008-01-01T00:00:00Z'), allowSha1: true };
      expect(() => verifyMetadata(read(`${name}.xml`), sha1)).toThrow(expect.objectContaining({ code }));
    });
  });
});
