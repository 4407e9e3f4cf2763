import { constants, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { algorithms, GakumonError, ns } from '@gakumon/terms';
import { attributeOf, listChildren, textOf } from '../xml/elements.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { type ContentCipher, contentCiphers, decryptContent } from './ciphers.ts';

/**
 * Decrypts xenc:EncryptedData whose xenc:EncryptedKey is inside its ds:KeyInfo. Whatever goes wrong, the error is the
 * same and says nothing: a sender who learns why a ciphertext was refused can decrypt it bit by bit.
 * @param key an RSA private key
 * @returns the plain octets, not authenticated by anything but GCM: verify their signature
 * @throws GakumonError `decryption-failed`
 */
export function decryptElement(encryptedData: XmlElement, key: KeyObject): Uint8Array {
  try {
    const cipher = requireCipher(algorithmOf(encryptedData));
    const keyInfo = requireOne(encryptedData, ns.ds, 'KeyInfo');
    const contentKey = decryptKey(requireOne(keyInfo, ns.xenc, 'EncryptedKey'), key, contentCiphers[cipher].keyBytes);
    return decryptContent(cipher, contentKey, cipherValueOf(encryptedData));
  } catch {
    throw new GakumonError('decryption-failed');
  }
}

/** A key that can't be decrypted is replaced by a random one, so that the failure comes from the content, as ever. */
function decryptKey(encryptedKey: XmlElement, key: KeyObject, keyBytes: number): Buffer {
  if (algorithmOf(encryptedKey) !== algorithms.rsaOaepMgf1p) throw new Error('algorithm');
  requireSha1(requireOne(encryptedKey, ns.xenc, 'EncryptionMethod'));
  const encrypted = cipherValueOf(encryptedKey);
  const random = randomBytes(keyBytes);
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const decrypted = privateDecrypt({ key, padding, oaepHash: 'sha1' }, encrypted);
    return decrypted.length === keyBytes ? decrypted : random;
  } catch {
    return random;
  }
}

function requireSha1(method: XmlElement): void {
  const [digest] = listChildren(method, ns.ds, 'DigestMethod');
  if (digest !== undefined && attributeOf(digest, 'Algorithm') !== algorithms.sha1) throw new Error('digest');
}

function requireCipher(uri: string | undefined): ContentCipher {
  const names = Object.keys(contentCiphers) as ContentCipher[];
  const name = names.find((one) => contentCiphers[one].uri === uri);
  if (name === undefined) throw new Error('cipher');
  return name;
}

function algorithmOf(encrypted: XmlElement): string | undefined {
  return attributeOf(requireOne(encrypted, ns.xenc, 'EncryptionMethod'), 'Algorithm');
}

function cipherValueOf(encrypted: XmlElement): Buffer {
  const value = requireOne(requireOne(encrypted, ns.xenc, 'CipherData'), ns.xenc, 'CipherValue');
  return Buffer.from(textOf(value), 'base64');
}

function requireOne(parent: XmlElement, namespace: string, localName: string): XmlElement {
  const [child, ...more] = listChildren(parent, namespace, localName);
  if (child === undefined || more.length > 0) throw new Error(localName);
  return child;
}
