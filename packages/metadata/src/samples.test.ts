import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, describeWithSamples, runProgram } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { parseServiceProviders } from './reading/parseServiceProviders.ts';
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
          { requested: [{ name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6', isRequired: true, values: [] }] },
        ],
      },
    ]);
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
      expect(parseServiceProviders(verifyMetadata(document, before), 'wayf').serviceProviders).toHaveLength(16);
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
