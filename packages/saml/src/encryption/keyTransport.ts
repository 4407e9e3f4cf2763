import { constants, type KeyObject, publicEncrypt } from 'node:crypto';
import { algorithms, GakumonError } from '@gakumon/terms';
import { element, type OutElement } from '../xml/outElement.ts';

/**
 * How the content key travels (XML Encryption 1.1, 5.5.2). `rsa-oaep-mgf1p`, with SHA-1, is what every implementation has,
 * and SHA-1's collisions don't touch it. `rsa-oaep` is the newer name, here with SHA-256 for digest and MGF1 alike: node's
 * MGF1 follows the digest.
 */
const transports = {
  'rsa-oaep-mgf1p': { uri: algorithms.rsaOaepMgf1p, digest: algorithms.sha1, hash: 'sha1', mask: undefined },
  'rsa-oaep': { uri: algorithms.rsaOaep, digest: algorithms.sha256, hash: 'sha256', mask: algorithms.mgf1Sha256 },
} as const;

export type KeyTransport = keyof typeof transports;

/**
 * Encrypts a content key.
 * @returns the ciphertext, and the xenc:EncryptionMethod that tells how
 * @throws GakumonError `encryption-impossible` when the key refuses
 */
export function transportKey(
  keyTransport: KeyTransport,
  contentKey: Buffer,
  key: KeyObject,
): { readonly method: OutElement; readonly encrypted: Buffer } {
  const { uri, digest, hash, mask } = transports[keyTransport];
  const method = element(
    'xenc:EncryptionMethod',
    { Algorithm: uri },
    element('ds:DigestMethod', { Algorithm: digest }),
    mask === undefined ? undefined : element('xenc11:MGF', { Algorithm: mask }),
  );
  try {
    return { method, encrypted: publicEncrypt(withHash(key, hash), contentKey) };
  } catch (cause) {
    throw new GakumonError('encryption-impossible', { detail: 'RSA-OAEP failed', cause });
  }
}

/** OAEP with SHA-1 is what node:crypto does with a bare key, which is a third cheaper than one with options. */
function withHash(key: KeyObject, oaepHash: string): Parameters<typeof publicEncrypt>[0] {
  return oaepHash === 'sha1' ? key : { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
}
