import { type KeyObject, sign, verify } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import {
  requireSignatureAlgorithm,
  type SignatureAlgorithm,
  selectKeys,
  signatureAlgorithms,
  toCryptoKey,
} from './algorithms.ts';

/** A key to sign with. */
export type SigningKey = {
  readonly privateKey: KeyObject;
  /** Base64 DER on one line; goes into ds:KeyInfo. */
  readonly certificate: string;
  readonly algorithm: SignatureAlgorithm;
};

/** Signs octets as they are (HTTP-Redirect; ds:SignedInfo). The work is done in the thread pool. */
export function signOctets(octets: Uint8Array, key: SigningKey): Promise<Buffer> {
  const row = signatureAlgorithms[key.algorithm];
  return new Promise((resolve, reject) => {
    sign(row.hash, octets, toCryptoKey(key.privateKey, row), (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });
}

/**
 * Verifies a signature over octets (SAML Bindings 3.4.4.1; XML Signature 3.2.2).
 * @param algorithm the URI from the message; only listed ones are used
 * @param keys from metadata or configuration, never from the message
 * @param allowSha1 whether RSA with SHA-1 will do
 * @returns the key that made the signature
 * @throws GakumonError `signature-algorithm`, `signature-invalid`
 */
export function verifyOctets(
  octets: Uint8Array,
  signature: Uint8Array,
  algorithm: string,
  keys: readonly KeyObject[],
  allowSha1 = false,
): KeyObject {
  const row = requireSignatureAlgorithm(algorithm, allowSha1);
  for (const key of selectKeys(keys, row)) {
    if (verify(row.hash, octets, toCryptoKey(key, row), signature)) return key;
  }
  throw new GakumonError('signature-invalid', {
    detail: keys.length === 0 ? 'no key is known' : 'no known key made this signature',
  });
}
