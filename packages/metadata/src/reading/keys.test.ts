import { algorithms } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { readMadeSp } from './testing/readMade.ts';

const { spSigning, spEncryption } = testKeys;
const x509 = (certificate: string): string =>
  `<ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>`;
const descriptor = (keyInfo: string, methods = '', attributes = ''): string =>
  `<md:KeyDescriptor ${attributes}><ds:KeyInfo>${keyInfo}</ds:KeyInfo>${methods}</md:KeyDescriptor>`;

test('an EncryptionMethod tells key size, digest and mask generation function', () => {
  const { read, warnings } = readMadeSp({
    role: descriptor(
      x509(spEncryption.certificate),
      `<md:EncryptionMethod Algorithm="${algorithms.aes128Gcm}"><xenc:KeySize>128</xenc:KeySize></md:EncryptionMethod>
       <md:EncryptionMethod Algorithm=" ${algorithms.rsaOaep} "><ds:DigestMethod Algorithm="${algorithms.sha256}"/><xenc11:MGF Algorithm="${algorithms.mgf1Sha256}"/></md:EncryptionMethod>
       <md:EncryptionMethod Algorithm="urn:odd"><xenc:KeySize>a lot</xenc:KeySize><ds:DigestMethod/></md:EncryptionMethod>
       <md:EncryptionMethod/>`,
    ),
  });
  const nothing = { keySize: undefined, digest: undefined, mgf: undefined };
  expect(read.encryptionKeys[0]?.encryptionMethods).toEqual([
    { ...nothing, algorithm: algorithms.aes128Gcm, keySize: 128 },
    { algorithm: algorithms.rsaOaep, keySize: undefined, digest: algorithms.sha256, mgf: algorithms.mgf1Sha256 },
    { ...nothing, algorithm: 'urn:odd' },
  ]);
  expect(read.encryptionKeys[0]?.methods).toEqual([algorithms.aes128Gcm, algorithms.rsaOaep, 'urn:odd']);
  expect(warnings).toEqual([]);
});

test('a certificate in several KeyDescriptors, written in several ways, is one key', () => {
  const folded = spSigning.certificate.replace(/(.{64})/g, '$1\n  ');
  const { read, warnings } = readMadeSp({
    role: descriptor(x509(spSigning.certificate), '', 'use="signing"') + descriptor(x509(folded)),
  });
  expect(read.signingKeys).toHaveLength(1);
  expect(read.encryptionKeys.map(({ fingerprint }) => fingerprint)).toEqual([read.signingKeys[0]?.fingerprint]);
  expect(warnings).toEqual([]);
});

describe('broken certificates are left out, and the entity stays', () => {
  const good = spSigning.certificate;
  test.each([
    ['empty', ''],
    ['no base64', 'M***'],
    ['PEM', `-----BEGIN CERTIFICATE-----${good}-----END CERTIFICATE-----`],
    ['half of one', good.slice(0, good.length / 2)],
    ['without its end', good.slice(0, -8)],
    ['base64 of something else', Buffer.from('0'.repeat(500)).toString('base64')],
    ['a SEQUENCE of nothing', 'MAA='],
    ['a SEQUENCE without end', 'MIL/////'],
    ['a megabyte', `M${'A'.repeat(1_000_000)}`],
    ['markup', '<ds:X509Certificate/>'],
  ])('%s', (_, certificate) => {
    const { read, warnings } = readMadeSp({ role: descriptor(x509(certificate)) });
    expect(read).toMatchObject({ signingKeys: [], encryptionKeys: [], unusableEncryptionKeys: [expect.any(String)] });
    expect(warnings.at(-1)).toBe('a certificate cannot be read and is ignored');
  });
});

test('thousands of keys cost no more than some', () => {
  const many = descriptor(x509(spSigning.certificate).repeat(300)).repeat(2) + descriptor('').repeat(3000);
  const { read, warnings } = readMadeSp({ role: many });
  expect(read.signingKeys).toHaveLength(1);
  expect(warnings).toContain('3002 elements KeyDescriptor: those after the first 50 are ignored');
  expect(warnings).toContain('300 elements X509Certificate: those after the first 10 are ignored');
});
