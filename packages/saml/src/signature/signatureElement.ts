import type { KeyObject } from 'node:crypto';
import { ns } from '@gakumon/terms';
import { listElements, textOf } from '../xml/elements.ts';
import { canonicaliseElement, type NamespaceContext } from '../xml/exclusive.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { parseXml } from '../xml/parseXml.ts';
import { decodeBase64 } from './base64.ts';
import { verifyOctets } from './octets.ts';
import {
  parseExclusive,
  parseSignedInfo,
  refuseStructure,
  requireChildren,
  requireElementsOnly,
  type SignedInfo,
} from './signedInfo.ts';

export type VerifiedSignedInfo = SignedInfo & { readonly key: KeyObject };

/** Far more than one Reference needs. */
const maximumSignedInfo = 16_384;

/**
 * Verifies ds:SignatureValue over ds:SignedInfo (XML Signature 3.2.2), and reads ds:SignedInfo from the very bytes that
 * the signature covers. ds:KeyInfo is not looked at; ds:Object is refused.
 * @param context the namespaces in scope at the Signature's start tag, its own declarations included
 * @param check what else must hold before any cryptography
 * @throws GakumonError `signature-structure`, `signature-algorithm`, `signature-invalid`
 */
export function verifySignatureElement(
  signature: XmlElement,
  context: NamespaceContext,
  keys: readonly KeyObject[],
  check: (signedInfo: SignedInfo) => void,
): VerifiedSignedInfo {
  const [signedInfoElement, valueElement] = selectParts(signature);
  const [method = refuseStructure('an empty SignedInfo')] = requireElementsOnly(signedInfoElement);
  const options = parseExclusive(method);
  const octets = canonicaliseElement(signedInfoElement, { ...options, context });
  if (octets.length > maximumSignedInfo) refuseStructure('SignedInfo is too large');
  // The comments that were not hashed are gone from here on, and nothing else can differ from what was hashed.
  const signedInfo = parseSignedInfo(parseXml(octets));
  check(signedInfo);
  const value = decodeBase64(textOf(valueElement));
  return { ...signedInfo, key: verifyOctets(octets, value, signedInfo.signatureAlgorithm, keys) };
}

function selectParts(signature: XmlElement): readonly [XmlElement, XmlElement] {
  const parts = listElements(signature);
  const keyInfo = parts.findIndex((part) => part.namespace === ns.ds && part.localName === 'KeyInfo');
  if (keyInfo >= 0 && keyInfo !== 2) refuseStructure('KeyInfo is not where it belongs');
  const children = signature.children.filter((child) => child !== parts[keyInfo]);
  return requireChildren({ ...signature, children }, ['SignedInfo', 'SignatureValue']);
}
