import type { KeyObject } from 'node:crypto';
import { maximumCanonicalBytes } from '../xml/limits.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { parseXml } from '../xml/parseXml.ts';
import { readXml } from '../xml/readXml.ts';
import { createEnvelopedVerifier, isSignature, type VerifiedBy, type VerifyOptions } from './envelopedVerifier.ts';

/** What a signature covers, and nothing else. */
export type VerifiedXml = VerifiedBy & {
  /** Parsed from `bytes`; the Signature is not in it. */
  readonly element: XmlElement;
  /** The canonical bytes that were hashed. */
  readonly bytes: Uint8Array;
};

/**
 * Verifies the enveloped signature of a document's root (SAML Core 5.4) and gives back what was signed, read from the
 * bytes that were hashed. The document itself must not be read for meaning afterwards.
 * @param keys from metadata or configuration, never from the message
 * @param options limits that differ from those for messages; `allowEmptyUri`
 * @param claimed sees the ds:Signature before it is verified: for messages about it, and to be believed in nothing
 * @throws GakumonError `signature-missing`, `signature-structure`, `signature-algorithm`, `signature-invalid`,
 *   `xml-encoding`, `xml-malformed`, `xml-doctype`, `xml-limit`
 */
export function verifyEnveloped(
  bytes: Uint8Array,
  keys: readonly KeyObject[],
  options: VerifyOptions = {},
  claimed?: (signature: XmlElement) => void,
): VerifiedXml {
  const pieces: Uint8Array[] = [];
  const verifier = createEnvelopedVerifier(keys, options, {
    write: (piece) => pieces.push(piece),
    ...(claimed && { claimed }),
  });
  const reader = readXml(verifier.add, options);
  reader.write(bytes);
  reader.end();
  const by = verifier.finish();
  const hashed = Buffer.concat(pieces);
  return { ...by, element: parseXml(hashed, { ...options, bytes: maximumCanonicalBytes(options) }), bytes: hashed };
}

/** Whether the element has a ds:Signature of its own, which then must be verified and never ignored. */
export function hasEnvelopedSignature(element: XmlElement): boolean {
  return element.children.some((child) => child.kind === 'element' && isSignature(child));
}
