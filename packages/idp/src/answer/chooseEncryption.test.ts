import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { algorithms, toEntityId } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { defaultServiceProviderSettings, type ServiceProviderSettings } from '../idp.ts';
import { chooseEncryption } from './chooseEncryption.ts';

const entityId = toEntityId('https://sp.example.org/shibboleth');
const { rsaOaep, rsaOaepMgf1p, rsa15, aes256Cbc, aes256Gcm, aes128Gcm, tripleDesCbc } = algorithms;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;

function keyOf(methods: readonly string[] = [], fingerprint = 'a', key: KeyObject = testKeys.spEncryption.publicKey) {
  return { key, fingerprint: fingerprint.repeat(64), certificate: '', methods, encryptionMethods: [] };
}

function choose(
  encryptionKeys: readonly ReturnType<typeof keyOf>[],
  settings: Partial<ServiceProviderSettings> = {},
  sourceDefault?: 'aes128-cbc',
  unusableEncryptionKeys: readonly string[] = [],
) {
  return chooseEncryption(
    { entityId, encryptionKeys, unusableEncryptionKeys },
    { ...defaultServiceProviderSettings, ...settings },
    sourceDefault,
  );
}

describe('the cipher', () => {
  test.each<[string, readonly string[], string]>([
    ['AES-128-GCM where nothing is said', [], 'aes128-gcm'],
    ['the first that the metadata names', [aes256Cbc, aes128Gcm], 'aes256-cbc'],
    ['the first known one', [tripleDesCbc, aes256Gcm], 'aes256-gcm'],
    ['AES-128-GCM where only key transport is named', [rsaOaepMgf1p], 'aes128-gcm'],
    ['attack: not what only looks like a name', ['__proto__', 'constructor', 'toString', ''], 'aes128-gcm'],
  ])('is %s', (_, methods, cipher) => {
    expect(choose([keyOf(methods)])).toMatchObject({ kind: 'encrypt', cipher });
  });
  test('is that of the source where the metadata names none, and only there', () => {
    expect(choose([keyOf([rsaOaepMgf1p])], {}, 'aes128-cbc')).toMatchObject({ cipher: 'aes128-cbc' });
    expect(choose([keyOf([aes256Gcm])], {}, 'aes128-cbc')).toMatchObject({ cipher: 'aes256-gcm' });
  });
  test('is that of the settings before all others', () => {
    expect(choose([keyOf([aes256Cbc])], { cipher: 'aes256-gcm' }, 'aes128-cbc')).toMatchObject({
      cipher: 'aes256-gcm',
    });
    expect(choose([keyOf([tripleDesCbc])], { cipher: 'aes128-gcm' })).toMatchObject({ cipher: 'aes128-gcm' });
  });
  test('attack: an SP that takes only Triple DES is refused, not sent clear text', () => {
    expect(choose([keyOf([tripleDesCbc, rsaOaepMgf1p])])).toMatchObject({
      kind: 'impossible',
      detail: expect.stringContaining('ciphers'),
    });
  });
});

describe('the key transport', () => {
  test.each<[string, readonly string[], string]>([
    ['rsa-oaep-mgf1p where nothing is said', [], 'rsa-oaep-mgf1p'],
    ['rsa-oaep-mgf1p where both are named', [rsaOaep, rsaOaepMgf1p], 'rsa-oaep-mgf1p'],
    ['rsa-oaep where it alone is named', [aes256Gcm, rsaOaep], 'rsa-oaep'],
    ['never RSA 1.5', [rsa15, rsaOaepMgf1p], 'rsa-oaep-mgf1p'],
  ])('is %s', (_, methods, keyTransport) => {
    expect(choose([keyOf(methods)])).toMatchObject({ kind: 'encrypt', keyTransport });
  });
  test('attack: an SP that takes RSA 1.5 only is refused', () => {
    expect(choose([keyOf([rsa15])])).toMatchObject({ kind: 'impossible', detail: expect.stringContaining('RSA 1.5') });
  });
});

describe('the key', () => {
  test('is the first that can be used', () => {
    const keys = [keyOf([], 'a', weak), keyOf([rsa15], 'b'), keyOf([], 'c'), keyOf([], 'd')];
    expect(choose(keys)).toMatchObject({ recipient: { fingerprint: 'c'.repeat(64) } });
  });
  test('is the one that the settings name', () => {
    const keys = [keyOf([], 'c'), keyOf([], 'd')];
    expect(choose(keys, { encryptionKey: 'd'.repeat(64) })).toMatchObject({
      recipient: { fingerprint: 'd'.repeat(64) },
    });
  });
  test.each(['optional', 'required'] as const)('named and gone from the metadata: refused though %s', (encryption) => {
    const settings = { encryption, encryptionKey: 'e'.repeat(64) };
    expect(choose([keyOf()], settings)).toMatchObject({ kind: 'impossible' });
    expect(choose([], settings)).toMatchObject({ kind: 'impossible' });
  });
  test('attack: a weak key does not lead to clear text', () => {
    expect(choose([keyOf([], 'a', weak)])).toMatchObject({
      kind: 'impossible',
      detail: expect.stringMatching(/^https:\/\/sp\.example\.org\/shibboleth: key a{64}: rsa key of 1024 bits/),
    });
  });
  test.each(['optional', 'required'] as const)(
    'attack: keys that the metadata lost, being spoilt, do not lead to clear text (%s)',
    (encryption) => {
      expect(choose([], { encryption }, undefined, ['RSA with 1024 bits', 'not RSA'])).toMatchObject({
        kind: 'impossible',
        detail: expect.stringMatching(/: RSA with 1024 bits; not RSA \(only "encryption: never"/),
      });
    },
  );
  test('a good one beside spoilt ones is used, and the operator may say never', () => {
    expect(choose([keyOf()], {}, undefined, ['not RSA'])).toMatchObject({ kind: 'encrypt' });
    expect(choose([], { encryption: 'never' }, undefined, ['not RSA'])).toEqual({ kind: 'clear' });
  });
  test('without one: clear where encryption is optional, refused where it is required', () => {
    expect(choose([])).toEqual({ kind: 'clear' });
    expect(choose([], { encryption: 'required' })).toMatchObject({ kind: 'impossible' });
  });
  test('is left unused where the settings say never', () => {
    expect(choose([keyOf()], { encryption: 'never' })).toEqual({ kind: 'clear' });
  });
});
