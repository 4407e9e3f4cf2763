import { createHash } from 'node:crypto';
import { findChild, parseXml, type VerifiedXml, verifyEnveloped, type XmlElement } from '@gakumon/saml';
import { GakumonError, isGakumonError, ns } from '@gakumon/terms';
import { metadataLimits } from '../limits.ts';
import { readValidUntil } from '../reading/validity.ts';
import { type PinnedKey, readPinnedKeys } from './pinnedKeys.ts';

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
 * @returns the bytes that were hashed, the only ones that may be read for meaning (law 1)
 * @throws GakumonError `metadata-signature` when no pinned key signed all of it, `metadata-validity` when validUntil is
 * missing or too far ahead, `metadata-expired`, `key-invalid`, `xml-…`
 */
export function verifyMetadata(bytes: Uint8Array, trust: MetadataTrust): Uint8Array {
  return verifyDocument(bytes, trust).bytes;
}

/** The same, with the element that was parsed from those bytes. */
export function verifyDocument(bytes: Uint8Array, trust: MetadataTrust): VerifiedXml {
  const { certificates, now, maxValidity, allowSha1 = false } = trust;
  const pinned = readPinnedKeys(certificates);
  const verified = verifySignature(bytes, pinned, allowSha1);
  requireValidity(readValidUntil(verified.element), now, maxValidity);
  return verified;
}

function verifySignature(bytes: Uint8Array, pinned: readonly PinnedKey[], allowSha1: boolean): VerifiedXml {
  const keys = pinned.map(({ certificate }) => certificate.publicKey);
  try {
    return verifyEnveloped(bytes, keys, { ...metadataLimits, ...allowances, allowSha1 });
  } catch (error) {
    if (!isGakumonError(error) || !error.code.startsWith('signature-')) throw error;
    if (error.code === 'signature-missing') {
      const hint = 'load the signed file that the federation publishes; or say --unsigned when you trust how it came';
      throw new GakumonError('metadata-signature', { detail: 'the document is not signed', hint, cause: error });
    }
    const configured = pinned.map(({ fingerprint }) => fingerprint).join(', ');
    const told = findClaimedSigner(bytes);
    const detail = [
      error.message,
      `configured: ${configured}`,
      told === undefined ? 'the document names no certificate' : `the document names the certificate ${told}`,
    ].join('; ');
    throw new GakumonError('metadata-signature', { detail, cause: error });
  }
}

/** The fingerprint of the certificate in the document's ds:KeyInfo. Only for the message: it proves nothing. */
function findClaimedSigner(bytes: Uint8Array): string | undefined {
  const path = ['Signature', 'KeyInfo', 'X509Data', 'X509Certificate'];
  let el: XmlElement | undefined = parseXml(bytes, metadataLimits);
  for (const step of path) el = el && findChild(el, ns.ds, step);
  const base64 = el?.children.map((node) => (node.kind === 'text' ? node.value : '')).join('');
  return base64 === undefined ? undefined : createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');
}

function requireValidity(validUntil: number | undefined, now: number, maxValidity: number | undefined): void {
  if (validUntil === undefined) {
    throw new GakumonError('metadata-validity', { detail: 'signed metadata without validUntil is refused' });
  }
  requireUnexpired(validUntil, now);
  if (maxValidity !== undefined && validUntil > now + maxValidity) {
    const days = (milliseconds: number): string => (milliseconds / 86_400_000).toFixed(1);
    throw new GakumonError('metadata-validity', {
      detail: `validUntil is ${days(validUntil - now)} days ahead, more than the ${days(maxValidity)} that are allowed`,
    });
  }
}

/** @throws GakumonError `metadata-expired` when the end lies in the past or at this moment */
export function requireUnexpired(validUntil: number | undefined, now: number): void {
  if (validUntil !== undefined && validUntil <= now) {
    throw new GakumonError('metadata-expired', { detail: `it was valid until ${new Date(validUntil).toISOString()}` });
  }
}
