import { constants, createSecretKey, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import { algorithms, isGakumonError, ns } from '@gakumon/terms';
import { describeWith, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decryptWithXmlsec, encryptWithXmlsec } from '../judges/xmlsec.ts';
import { canonicaliseElement } from '../xml/canonicalForm.ts';
import { element } from '../xml/outElement.ts';
import { parseXml } from '../xml/parseXml.ts';
import { writeCanonical } from '../xml/writer.ts';
import { type ContentCipher, contentCiphers } from './ciphers.ts';
import { decryptElement } from './decryptElement.ts';
import { encryptElement } from './encryptElement.ts';

const { spEncryption, stranger } = testKeys;
const recipient = { key: spEncryption.publicKey, certificate: spEncryption.certificate };
const ciphers = Object.keys(contentCiphers) as ContentCipher[];
const assertion = writeCanonical(element('saml:Assertion', { ID: '_1' }, '学門 & 𠮷\r\n'));

const encrypt = async (xml: string, cipher: ContentCipher) =>
  writeCanonical(await encryptElement(xml, recipient, { cipher }));
const decrypt = (document: string, key: KeyObject = spEncryption.privateKey) =>
  Buffer.from(decryptElement(parseXml(Buffer.from(document)), key)).toString('utf8');

describe.each(ciphers)('%s', (cipher) => {
  test('is decrypted by us, whatever the length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        expect(decrypt(await encrypt(text, cipher))).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
  describeWith(['xmlsec1'], 'beside xmlsec1', () => {
    test('what we encrypt it decrypts', async () => {
      const decrypted = parseXml(Buffer.from(await decryptWithXmlsec(await encrypt(assertion, cipher), spEncryption)));
      expect(canonicaliseElement(decrypted, { comments: true }).toString('utf8')).toBe(assertion);
    });
    test('what it encrypts we decrypt', async () => {
      const template = `<xenc:EncryptedData xmlns:xenc="${ns.xenc}" xmlns:ds="${ns.ds}" Type="${ns.xenc}Element">
<xenc:EncryptionMethod Algorithm="${contentCiphers[cipher].uri}"/><ds:KeyInfo><xenc:EncryptedKey>
<xenc:EncryptionMethod Algorithm="${algorithms.rsaOaepMgf1p}"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData>
</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>`;
      const sessionKey = `aes-${contentCiphers[cipher].keyBytes * 8}`;
      const encrypted = await encryptWithXmlsec(template, assertion, spEncryption, sessionKey);
      expect(canonicaliseElement(parseXml(Buffer.from(decrypt(encrypted))), { comments: true }).toString()).toBe(
        assertion,
      );
    });
  });
});

describe('what is written', () => {
  test('is GCM unless another cipher is asked for', async () => {
    expect(writeCanonical(await encryptElement(assertion, recipient))).toContain(algorithms.aes128Gcm);
  });
  test('has the EncryptedKey inside the KeyInfo of the data, with the certificate that it is for', async () => {
    const root = parseXml(Buffer.from(await encrypt(assertion, 'aes128-gcm')));
    expect(JSON.stringify(root)).toContain(spEncryption.certificate);
    expect(root.children.map((child) => 'localName' in child && child.localName)).toEqual([
      'EncryptionMethod',
      'KeyInfo',
      'CipherData',
    ]);
  });
  describe('with RSA-OAEP and SHA-256', () => {
    const newer = async (): Promise<string> =>
      writeCanonical(await encryptElement(assertion, recipient, { keyTransport: 'rsa-oaep' }));
    test('says which digest and which mask; left out they would be SHA-1', async () => {
      expect(await newer()).toMatch(
        new RegExp(`"${algorithms.rsaOaep}"[^]*"${algorithms.sha256}"[^]*<xenc11:MGF[^>]*"${algorithms.mgf1Sha256}"`),
      );
    });
    test('carries a key that opens with SHA-256 and not with SHA-1', async () => {
      const [, value = ''] = /<xenc:CipherValue>([^<]*)</.exec(await newer()) ?? [];
      const unwrap = (oaepHash: string) =>
        privateDecrypt(
          { key: spEncryption.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
          Buffer.from(value, 'base64'),
        );
      expect(unwrap('sha256')).toHaveLength(16);
      expect(() => unwrap('sha1')).toThrow('oaep');
    });
  });
  test('is different each time', async () => {
    expect(await encrypt(assertion, 'aes128-cbc')).not.toBe(await encrypt(assertion, 'aes128-cbc'));
  });
  test.each<[string, KeyObject]>([
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
    ['an EC key', testKeys.spSigningEc.publicKey],
    ['a secret', createSecretKey(Buffer.alloc(256))],
  ])('not for %s', async (_, key) => {
    await expect(encryptElement(assertion, { key })).rejects.toThrow('encryption-impossible');
  });
});

describe('a failure says nothing', () => {
  const failureOf = (document: string, key?: KeyObject) => {
    try {
      return decrypt(document, key);
    } catch (error) {
      if (!isGakumonError(error)) throw error;
      return { code: error.code, message: error.message, cause: error.cause, data: error.data };
    }
  };
  const same = { code: 'decryption-failed', message: 'decryption-failed', cause: undefined, data: {} };
  const values = /(<xenc:CipherValue>)([^<]*)(<)/g;
  const valueAt = (index: number, change: (value: Buffer) => Buffer) => (document: string) => {
    let at = 0;
    return document.replace(values, (all, open: string, value: string, close: string) =>
      at++ === index ? open + change(Buffer.from(value, 'base64')).toString('base64') + close : all,
    );
  };
  const flip = (at: number) => (value: Buffer) => {
    const changed = Buffer.from(value);
    const index = at % changed.length;
    changed[index] = (changed[index] ?? 0) ^ 1;
    return changed;
  };

  test.each<[string, (document: string) => string]>([
    ['a flipped bit of the key', valueAt(0, flip(100))],
    ['a key that is too short', valueAt(0, (value) => value.subarray(1))],
    ['no key', valueAt(0, () => Buffer.alloc(0))],
    ['a flipped bit of the content', valueAt(1, flip(20))],
    ['content without its tag', valueAt(1, (value) => value.subarray(0, -16))],
    ['content of 20 bytes', valueAt(1, (value) => value.subarray(0, 20))],
    ['no content', valueAt(1, () => Buffer.alloc(0))],
    ['an unknown cipher', (document) => document.replace(algorithms.aes128Gcm, 'urn:none')],
    ['RSA 1.5', (document) => document.replace(algorithms.rsaOaepMgf1p, 'http://www.w3.org/2001/04/xmlenc#rsa-1_5')],
    ['another digest for OAEP', (document) => document.replace(algorithms.sha1, algorithms.sha256)],
    ['a cipher of another key length', (document) => document.replace(algorithms.aes128Gcm, algorithms.aes256Gcm)],
    ['another element', () => '<a/>'],
  ])('%s', async (_, change) => {
    const encrypted = await encrypt(assertion, 'aes128-gcm');
    const changed = change(encrypted);
    expect(changed).not.toBe(encrypted);
    expect(failureOf(changed)).toEqual(same);
  });
  test('any flipped bit of what GCM protects', async () => {
    const encrypted = await encrypt(assertion, 'aes256-gcm');
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), (at) => {
        expect(failureOf(valueAt(1, flip(at))(encrypted))).toEqual(same);
      }),
    );
  });
  test('the key of somebody else', async () => {
    expect(failureOf(await encrypt(assertion, 'aes128-gcm'), stranger.privateKey)).toEqual(same);
    expect(failureOf(await encrypt(assertion, 'aes128-gcm'), testKeys.spSigningEc.privateKey)).toEqual(same);
  });
  test('padding that is none', async () => {
    const broken = await Promise.all(
      Array.from({ length: 20 }, async () => failureOf(await encrypt(assertion, 'aes128-cbc'), stranger.privateKey)),
    );
    // A wrong key gives random padding, which is right once in sixteen; never another error, and never the text.
    for (const failure of broken) if (typeof failure !== 'string') expect(failure).toEqual(same);
    expect(broken.filter((failure) => typeof failure !== 'string').length).toBeGreaterThan(0);
    expect(broken).not.toContain(assertion);
  });
});
