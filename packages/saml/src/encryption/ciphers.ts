import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { algorithms } from '@gakumon/terms';

/** Content encryption (XML Encryption 1.1, 5.2). CBC, which anybody can alter unseen, is for SPs that know nothing else. */
export const contentCiphers = {
  'aes128-gcm': { name: 'aes-128-gcm', uri: algorithms.aes128Gcm, keyBytes: 16, ivBytes: 12, gcm: true },
  'aes256-gcm': { name: 'aes-256-gcm', uri: algorithms.aes256Gcm, keyBytes: 32, ivBytes: 12, gcm: true },
  'aes128-cbc': { name: 'aes-128-cbc', uri: algorithms.aes128Cbc, keyBytes: 16, ivBytes: 16, gcm: false },
  'aes256-cbc': { name: 'aes-256-cbc', uri: algorithms.aes256Cbc, keyBytes: 32, ivBytes: 16, gcm: false },
} as const;

export type ContentCipher = keyof typeof contentCiphers;

const tagBytes = 16;
const blockBytes = 16;

/** @returns IV, ciphertext and, for GCM, the tag, one after the other */
export function encryptContent(cipher: ContentCipher, octets: Uint8Array, content: Uint8Array): Buffer {
  const row = contentCiphers[cipher];
  // Octets cost node:crypto three times as much.
  const key = createSecretKey(octets);
  const iv = randomBytes(row.ivBytes);
  if (!row.gcm) {
    const encrypting = createCipheriv(row.name, key, iv);
    return Buffer.concat([iv, encrypting.update(content), encrypting.final()]);
  }
  const encrypting = createCipheriv(row.name, key, iv, { authTagLength: tagBytes });
  return Buffer.concat([iv, encrypting.update(content), encrypting.final(), encrypting.getAuthTag()]);
}

/** @throws Error of any kind, which must not be told apart outside */
export function decryptContent(cipher: ContentCipher, key: Uint8Array, data: Uint8Array): Buffer {
  const row = contentCiphers[cipher];
  const iv = data.subarray(0, row.ivBytes);
  if (!row.gcm) {
    const decrypting = createDecipheriv(row.name, key, iv).setAutoPadding(false);
    return removePadding(Buffer.concat([decrypting.update(data.subarray(row.ivBytes)), decrypting.final()]));
  }
  const tagAt = data.length - tagBytes;
  if (tagAt < row.ivBytes) throw new Error('too short');
  const decrypting = createDecipheriv(row.name, key, iv, { authTagLength: tagBytes });
  decrypting.setAuthTag(data.subarray(tagAt));
  return Buffer.concat([decrypting.update(data.subarray(row.ivBytes, tagAt)), decrypting.final()]);
}

/** Only the last octet counts; those before it may be anything (XML Encryption 1.1, 5.2.1). */
function removePadding(padded: Buffer): Buffer {
  const length = padded.at(-1) ?? 0;
  if (length < 1 || length > blockBytes || length > padded.length) throw new Error('padding');
  return padded.subarray(0, padded.length - length);
}
