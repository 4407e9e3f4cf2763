import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import { algorithms, ns } from '@gakumon/terms';
import type { TestKey } from '../keys/testKeys.ts';
import { attributeOf, onlyChild, optionalChild, textOf } from './dom.ts';

const ciphers: Readonly<Record<string, { readonly name: 'aes-128-gcm' | 'aes-256-gcm'; readonly keyLength: number }>> =
  {
    [algorithms.aes128Gcm]: { name: 'aes-128-gcm', keyLength: 16 },
    [algorithms.aes256Gcm]: { name: 'aes-256-gcm', keyLength: 32 },
  };
const cbcCiphers: Readonly<Record<string, string>> = {
  [algorithms.aes128Cbc]: 'aes-128-cbc',
  [algorithms.aes256Cbc]: 'aes-256-cbc',
};

export type Decrypted = { readonly xml: string; readonly cipher: string; readonly keyTransport: string };

/**
 * Decrypts what an xenc:EncryptedData holds (XML Encryption 1.1), with the one EncryptedKey inside its KeyInfo.
 * @throws Error when an algorithm is unknown here, or the key does not fit
 */
export function decryptData(encryptedData: Element, key: TestKey): Decrypted {
  const cipher = algorithmOf(encryptedData);
  const encryptedKey = onlyChild(onlyChild(encryptedData, ns.ds, 'KeyInfo'), ns.xenc, 'EncryptedKey');
  const keyTransport = algorithmOf(encryptedKey);
  const secret = privateDecrypt(
    { key: key.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaepHash(encryptedKey) },
    cipherValue(encryptedKey),
  );
  const octets = decipher(cipher, secret, cipherValue(encryptedData));
  return { xml: new TextDecoder('utf-8', { fatal: true }).decode(octets), cipher, keyTransport };
}

function decipher(algorithm: string, secret: Buffer, octets: Buffer): Buffer {
  const gcm = ciphers[algorithm];
  if (gcm !== undefined) {
    if (secret.length !== gcm.keyLength) throw new Error(`a key of ${secret.length} bytes for ${gcm.name}`);
    const machine = createDecipheriv(gcm.name, secret, octets.subarray(0, 12), { authTagLength: 16 });
    machine.setAuthTag(octets.subarray(-16));
    return Buffer.concat([machine.update(octets.subarray(12, -16)), machine.final()]);
  }
  const cbc = cbcCiphers[algorithm];
  if (cbc === undefined) throw new Error(`cannot decrypt ${algorithm}`);
  const machine = createDecipheriv(cbc, secret, octets.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([machine.update(octets.subarray(16)), machine.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

const methodOf = (element: Element): Element => onlyChild(element, ns.xenc, 'EncryptionMethod');

function algorithmOf(element: Element): string {
  return attributeOf(methodOf(element), 'Algorithm') ?? '';
}

function oaepHash(encryptedKey: Element): string {
  const method = methodOf(encryptedKey);
  if (attributeOf(method, 'Algorithm') === algorithms.rsaOaep) return newerOaepHash(method);
  if (attributeOf(method, 'Algorithm') !== algorithms.rsaOaepMgf1p) {
    throw new Error(`cannot unwrap a key by ${attributeOf(method, 'Algorithm')}`);
  }
  const digest = attributeOf(optionalChild(method, ns.ds, 'DigestMethod'), 'Algorithm') ?? algorithms.sha1;
  if (digest !== algorithms.sha1)
    throw new Error(`OAEP with ${digest} is beyond node:crypto, whose MGF1 follows the digest`);
  return 'sha1';
}

/** XML Encryption 1.1, 5.5.2: digest and mask are SHA-1 unless they are named; here both must be SHA-256. */
function newerOaepHash(method: Element): string {
  const digest = attributeOf(optionalChild(method, ns.ds, 'DigestMethod'), 'Algorithm');
  const mask = attributeOf(optionalChild(method, ns.xenc11, 'MGF'), 'Algorithm');
  if (digest === algorithms.sha256 && mask === algorithms.mgf1Sha256) return 'sha256';
  throw new Error(`cannot unwrap a key by RSA-OAEP with ${digest} and ${mask}`);
}

function cipherValue(element: Element): Buffer {
  const value = onlyChild(onlyChild(element, ns.xenc, 'CipherData'), ns.xenc, 'CipherValue');
  return Buffer.from(textOf(value), 'base64');
}
