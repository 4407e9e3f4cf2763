import type { KeyObject } from 'node:crypto';
import { ns } from '@gakumon/terms';
import { canonicaliseElement, type Surroundings } from '../xml/canonicalForm.ts';
import { listElements, textOf } from '../xml/elements.ts';
import type { XmlAttribute, XmlElement, XmlNode, XmlStart } from '../xml/nodes.ts';
import { parseXml } from '../xml/parseXml.ts';
import type { SignatureAllowances } from './allowances.ts';
import { decodeBase64 } from './base64.ts';
import { parseCanonicalForm } from './canonicalisationMethod.ts';
import { verifyOctets } from './octets.ts';
import { parseSignedInfo, type SignedInfo } from './signedInfo.ts';
import { refuseStructure, requireChildren, requireElementsOnly } from './structure.ts';

export type VerifiedSignedInfo = SignedInfo & { readonly key: KeyObject };

/** Far more than one Reference needs. */
const maximumSignedInfo = 16_384;

/**
 * Verifies ds:SignatureValue over ds:SignedInfo (XML Signature 3.2.2), and reads ds:SignedInfo from the very bytes that
 * the signature covers. No key is ever taken from ds:KeyInfo; ds:Object is refused.
 * @param root the element that the Signature is a child of
 * @param check what else must hold before any cryptography
 * @throws GakumonError `signature-structure`, `signature-algorithm`, `signature-invalid`
 */
export function verifySignatureElement(
  signature: XmlElement,
  root: XmlStart,
  keys: readonly KeyObject[],
  allowances: SignatureAllowances,
  check: (signedInfo: SignedInfo) => void,
): VerifiedSignedInfo {
  const [signedInfoElement, valueElement] = selectParts(signature);
  const [method = refuseStructure('an empty SignedInfo')] = requireElementsOnly(signedInfoElement);
  const form = parseCanonicalForm(method, allowances.allowInclusive === true);
  const octets = canonicaliseElement(signedInfoElement, form, surroundingsIn([root, signature]));
  if (octets.length > maximumSignedInfo) refuseStructure('SignedInfo is too large');
  // The comments that were not hashed are gone from here on, and nothing else can differ from what was hashed.
  const signedInfo = parseSignedInfo(parseXml(octets), allowances);
  check(signedInfo);
  const value = decodeBase64(textOf(valueElement));
  const { signatureAlgorithm } = signedInfo;
  return { ...signedInfo, key: verifyOctets(octets, value, signatureAlgorithm, keys, allowances.allowSha1) };
}

function selectParts(signature: XmlElement): readonly [XmlElement, XmlElement] {
  const parts = listElements(signature);
  const keyInfo = parts.findIndex((part) => part.namespace === ns.ds && part.localName === 'KeyInfo');
  if (keyInfo >= 0 && keyInfo !== 2) refuseStructure('KeyInfo is not where it belongs');
  // Nobody here would follow it, but whoever reads the same document elsewhere might.
  if (parts[keyInfo]?.children.some(isRetrievalMethod)) refuseStructure('RetrievalMethod in KeyInfo');
  const children = signature.children.filter((child) => child !== parts[keyInfo]);
  return requireChildren({ ...signature, children }, ['SignedInfo', 'SignatureValue']);
}

function isRetrievalMethod(node: XmlNode): boolean {
  return node.kind === 'element' && /^(?:RetrievalMethod|KeyInfoReference)$/.test(node.localName);
}

/** @param ancestors from the outermost to the nearest */
export function surroundingsIn(ancestors: readonly Pick<XmlStart, 'declarations' | 'attributes'>[]): Surroundings {
  const namespaces = new Map<string, string>();
  const xmlAttributes = new Map<string, XmlAttribute>();
  for (const { declarations, attributes } of ancestors) {
    for (const { prefix, namespace } of declarations) namespaces.set(prefix, namespace);
    for (const one of attributes) if (one.prefix === 'xml') xmlAttributes.set(one.localName, one);
  }
  return { namespaces, xmlAttributes: [...xmlAttributes.values()] };
}
