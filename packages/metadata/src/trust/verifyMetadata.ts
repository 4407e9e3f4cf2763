import { type VerifiedXml, verifyEnveloped } from '@gakumon/saml';
import { metadataLimits } from '../limits.ts';
import { readValidUntil } from '../reading/validity.ts';
import { judgeValidity } from './judgeValidity.ts';
import { type PinnedKey, readPinnedKeys } from './pinnedKeys.ts';
import { createSignatureReport } from './signatureReport.ts';

export type MetadataTrust = {
  /** PEM certificates of the signers: pinned keys, not CAs. */
  readonly certificates: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How far validUntil may lie ahead, milliseconds; undefined is any distance. */
  readonly maxValidity?: number | undefined;
  /** Whether this source may sign with RSA and SHA-1, by its operator's word. */
  readonly allowSha1?: boolean | undefined;
};

/** What federations sign with beyond what messages may have. */
const allowances = { allowEmptyUri: true, allowInclusive: true } as const;

/**
 * Verifies signed metadata: the signature of the root by a pinned key, and a validUntil that is neither missing, past
 * nor too far ahead (SAML V2.0 Metadata Interoperability Profile; without it old metadata could be replayed for ever).
 *
 * @returns the bytes that were hashed, the only ones that may be read for meaning (law 1), and the element parsed from them
 * @throws GakumonError `metadata-signature` when no pinned key signed all of it, `metadata-validity` when validUntil is
 * missing or too far ahead, `metadata-expired`, `key-invalid`, `xml-…`
 */
export function verifyMetadata(bytes: Uint8Array, trust: MetadataTrust): VerifiedXml {
  const { certificates, now, maxValidity, allowSha1 = false } = trust;
  const pinned = readPinnedKeys(certificates);
  const verified = verifySignature(bytes, pinned, allowSha1);
  judgeValidity(readValidUntil(verified.element), { signed: true, now, maxValidity });
  return verified;
}

function verifySignature(bytes: Uint8Array, pinned: readonly PinnedKey[], allowSha1: boolean): VerifiedXml {
  const keys = pinned.map(({ certificate }) => certificate.publicKey);
  const report = createSignatureReport(pinned);
  try {
    return verifyEnveloped(bytes, keys, { ...metadataLimits, ...allowances, allowSha1 }, report.see);
  } catch (error) {
    throw report.explain(error);
  }
}
