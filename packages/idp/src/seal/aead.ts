import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

// version (1) | key id (4) | nonce (12) | ciphertext | tag (16); the version and key id are authenticated with it.
const formatVersion = 1;
const headerLength = 5;
const nonceLength = 12;
const tagLength = 16;

/**
 * AES-256-GCM with a format version and the key's id in front.
 * @param keyId eight hex digits
 * @param about what it is and where it belongs; it opens for nothing else
 */
export function encrypt(keyId: string, key: KeyObject, about: Uint8Array, plain: Uint8Array): Buffer {
  const header = Buffer.concat([Buffer.from([formatVersion]), Buffer.from(keyId, 'hex')]);
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([header, about]));
  return Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Which key it says that {@link encrypt} made it with; nothing proves that yet. Whoever makes a second format has to wait
 * with writing it until every node reads it: to a node of this one it is nothing at all.
 * @returns undefined for what is nothing of ours, whatever the key
 */
export function keyIdOf(octets: Uint8Array): string | undefined {
  if (octets.length < headerLength + nonceLength + tagLength || octets[0] !== formatVersion) return undefined;
  return Buffer.from(octets.subarray(1, headerLength)).toString('hex');
}

/**
 * Opens what {@link encrypt} made.
 * @param keyOf the key of an id, if there is one
 * @throws Error of any kind when the version or the key is unknown, or anything was changed
 */
export function decrypt(
  octets: Uint8Array,
  keyOf: (keyId: string) => KeyObject | undefined,
  about: Uint8Array,
): Buffer {
  const header = Buffer.from(octets.subarray(0, headerLength));
  const key = keyOf(header.toString('hex', 1));
  if (header[0] !== formatVersion || key === undefined) throw new RangeError('unknown version or key');
  const nonce = octets.subarray(headerLength, headerLength + nonceLength);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.concat([header, about]));
  decipher.setAuthTag(octets.subarray(-tagLength));
  const ciphertext = octets.subarray(headerLength + nonceLength, -tagLength);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
