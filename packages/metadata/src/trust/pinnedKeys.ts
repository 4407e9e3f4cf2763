import { X509Certificate } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import { fingerprintOf, tellFingerprint } from './fingerprintOf.ts';

/** A key that an operator pinned by naming a certificate that holds it. */
export type PinnedKey = {
  readonly certificate: X509Certificate;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
};

/**
 * Takes the signer keys out of PEM certificates. A certificate pins its own key; it is no CA, and vouches for nobody.
 * @param certificates PEM texts, each with one certificate or more
 * @throws GakumonError `key-invalid` when a text holds no certificate, or one that can't be read
 */
export function readPinnedKeys(certificates: readonly string[]): readonly PinnedKey[] {
  return certificates.flatMap((text) => {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    if (blocks === null) throw new GakumonError('key-invalid', { detail: 'there is no PEM certificate in it' });
    return blocks.map(readBlock);
  });
}

function readBlock(pem: string): PinnedKey {
  try {
    const certificate = new X509Certificate(pem);
    // Asked for here, since an unknown kind of key only shows when the key is taken out.
    certificate.publicKey;
    return { certificate, fingerprint: fingerprintOf(certificate) };
  } catch (cause) {
    throw new GakumonError('key-invalid', { detail: 'the certificate of a metadata signer cannot be read', cause });
  }
}

/**
 * What an operator should know about the pinned signers. An expired certificate still verifies, since it is only the
 * container of its key; but its end often tells that the federation has a new signer.
 */
export function listSignerWarnings(pinned: readonly PinnedKey[], now: number): readonly string[] {
  return pinned.flatMap(({ certificate, fingerprint }) => {
    const end = certificate.validToDate.getTime();
    return end < now
      ? [
          `the certificate of the signer ${tellFingerprint(fingerprint)} expired on ${new Date(end).toISOString().slice(0, 10)}`,
        ]
      : [];
  });
}
