import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Cbor, encodeCbor } from './cbor.ts';

/** COSE algorithms that it can sign with (RFC 9053, RFC 8812). */
export const credentialAlgorithms = { ES256: -7, EdDSA: -8, RS256: -257 } as const;
export type CredentialAlgorithm = keyof typeof credentialAlgorithms;

export type CredentialKey = {
  readonly algorithm: CredentialAlgorithm;
  readonly privateKey: KeyObject;
  /** COSE_Key, CBOR. */
  readonly publicKey: Buffer;
};

/** @param modulusLength of an RSA key */
export function makeCredentialKey(algorithm: CredentialAlgorithm, modulusLength = 2048): CredentialKey {
  const { privateKey, publicKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : algorithm === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength });
  return { algorithm, privateKey, publicKey: encodeCbor(new Map(coseOf(algorithm, publicKey))) };
}

/** Signs as WebAuthn 6.5.5 says for each algorithm. */
export function signWith(key: Pick<CredentialKey, 'algorithm' | 'privateKey'>, octets: Buffer): Buffer {
  return sign(key.algorithm === 'EdDSA' ? null : 'sha256', octets, key.privateKey);
}

function coseOf(algorithm: CredentialAlgorithm, publicKey: KeyObject): [number, Cbor][] {
  const jwk = publicKey.export({ format: 'jwk' });
  const octets = (name: 'x' | 'y' | 'n' | 'e') => Buffer.from(String(jwk[name]), 'base64url');
  const alg = credentialAlgorithms[algorithm];
  if (algorithm === 'ES256')
    return [
      [1, 2],
      [3, alg],
      [-1, 1],
      [-2, octets('x')],
      [-3, octets('y')],
    ];
  if (algorithm === 'EdDSA')
    return [
      [1, 1],
      [3, alg],
      [-1, 6],
      [-2, octets('x')],
    ];
  return [
    [1, 3],
    [3, alg],
    [-1, octets('n')],
    [-2, octets('e')],
  ];
}
