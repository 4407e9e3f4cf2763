import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GakumonError } from '@gakumon/terms';
import type { SealingKeys } from './sealingKeys.ts';

// version (1) | key id (4) | nonce (12) | ciphertext | tag (16); the version and key id are authenticated with it.
const formatVersion = 1;
const headerLength = 5;
const nonceLength = 12;
const tagLength = 16;
/** A sealed value this long still fits a form field comfortably (DESIGN section 3). */
export const maximumSealedLength = 6144;
const maximumPlainLength = 65_536;

/** The sealed value says more than fits. */
export type SealResult = { readonly kind: 'sealed'; readonly text: string } | { readonly kind: 'too-large' };

/**
 * Seals a JSON value for a browser to carry: deflated, then AES-256-GCM.
 * @param purpose what it is; something sealed for one purpose does not open for another
 * @returns base64url of at most {@link maximumSealedLength} characters, or that it would be longer
 */
export function seal(keys: SealingKeys, purpose: string, value: unknown): SealResult {
  const header = Buffer.concat([Buffer.from([formatVersion]), Buffer.from(keys.current.id, 'hex')]);
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', keys.current.encryption, nonce);
  cipher.setAAD(additionalData(header, purpose));
  const plain = deflateRawSync(Buffer.from(JSON.stringify(value), 'utf8'));
  const text = Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
  return text.length > maximumSealedLength ? { kind: 'too-large' } : { kind: 'sealed', text };
}

/**
 * Opens what {@link seal} made.
 * @throws GakumonError `attempt-tampered`, the same for every way in which it can be wrong
 */
export function unseal(keys: SealingKeys, purpose: string, text: string): unknown {
  try {
    return open(keys, purpose, text);
  } catch (cause) {
    throw new GakumonError('attempt-tampered', { cause });
  }
}

function open(keys: SealingKeys, purpose: string, text: string): unknown {
  if (text.length > maximumSealedLength || !/^[A-Za-z0-9_-]+$/.test(text)) throw new RangeError('not a sealed value');
  const octets = Buffer.from(text, 'base64url');
  const header = octets.subarray(0, headerLength);
  const key = keys.all.find((candidate) => candidate.id === header.subarray(1).toString('hex'));
  if (header[0] !== formatVersion || key === undefined) throw new RangeError('unknown version or key');
  const nonce = octets.subarray(headerLength, headerLength + nonceLength);
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: tagLength });
  decipher.setAAD(additionalData(header, purpose));
  decipher.setAuthTag(octets.subarray(-tagLength));
  const plain = Buffer.concat([
    decipher.update(octets.subarray(headerLength + nonceLength, -tagLength)),
    decipher.final(),
  ]);
  return JSON.parse(inflateRawSync(plain, { maxOutputLength: maximumPlainLength }).toString('utf8'));
}

function additionalData(header: Uint8Array, purpose: string): Buffer {
  return Buffer.concat([header, Buffer.from(purpose, 'utf8')]);
}
