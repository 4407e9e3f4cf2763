import type { SigningKey } from '@gakumon/saml';
import type { KeyPair } from './keyPair.ts';

const ecAlgorithms: Readonly<Record<string, SigningKey['algorithm']>> = {
  prime256v1: 'ecdsa-sha256',
  secp384r1: 'ecdsa-sha384',
  secp521r1: 'ecdsa-sha512',
};

/** The key that signs, with the algorithm that fits it; `readKeyPair` has let in no other kinds. */
export function signingKeyOf({ privateKey, certificate }: KeyPair): SigningKey {
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  return {
    privateKey,
    certificate: certificate.raw.toString('base64'),
    algorithm: (curve === undefined ? undefined : ecAlgorithms[curve]) ?? 'rsa-sha256',
  };
}
