import { algorithms, GakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { attributeOf, listElements, textOf } from '../xml/elements.ts';
import type { ExclusiveOptions } from '../xml/exclusive.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { requireDigestAlgorithm, requireSignatureAlgorithm } from './algorithms.ts';
import { decodeBase64 } from './base64.ts';

/** What a ds:SignedInfo says, once it is known to say nothing but what is allowed. */
export type SignedInfo = {
  readonly signatureAlgorithm: string;
  readonly canonicalisation: ExclusiveOptions;
  /** The one Reference. */
  readonly uri: string;
  readonly transform: ExclusiveOptions;
  readonly digestHash: string;
  readonly digest: Buffer;
};

const maximumPrefixes = 64;

/** @throws GakumonError `signature-structure` */
export function refuseStructure(detail: string): never {
  throw new GakumonError('signature-structure', { detail: detail.slice(0, 300) });
}

/**
 * Reads ds:SignedInfo (XML Signature 4.4) by the one shape that SAML allows (SAML Core 5.4): one Reference, the
 * transforms enveloped-signature and exclusive canonicalisation in this order, algorithms from the list.
 * @throws GakumonError `signature-structure`, `signature-algorithm`
 */
export function parseSignedInfo(signedInfo: XmlElement): SignedInfo {
  const [canonicalisation, method, reference] = requireChildren(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  const signatureAlgorithm = algorithmOf(method);
  requireSignatureAlgorithm(signatureAlgorithm);
  requireChildren(method, []);
  const [transforms, digestMethod, digestValue] = requireChildren(reference, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ]);
  const [enveloped, exclusive] = requireChildren(transforms, ['Transform', 'Transform']);
  if (algorithmOf(enveloped) !== algorithms.enveloped)
    refuseStructure('the first transform is not enveloped-signature');
  requireChildren(enveloped, []);
  requireChildren(digestMethod, []);
  return {
    signatureAlgorithm,
    canonicalisation: parseExclusive(canonicalisation),
    uri: attributeOf(reference, 'URI') ?? refuseStructure('a Reference without URI'),
    transform: parseExclusive(exclusive),
    digestHash: requireDigestAlgorithm(algorithmOf(digestMethod)),
    digest: decodeBase64(textOf(digestValue)),
  };
}

/**
 * Reads a CanonicalizationMethod or Transform that must be exclusive canonicalisation.
 * @throws GakumonError `signature-structure` for another algorithm or unknown content
 */
export function parseExclusive(method: XmlElement): ExclusiveOptions {
  const algorithm = algorithmOf(method);
  const comments = algorithm === algorithms.exclusiveC14nWithComments;
  if (!comments && algorithm !== algorithms.exclusiveC14n) {
    refuseStructure(`${method.localName} ${quoteUntrusted(algorithm, 120)}`);
  }
  const [inclusive, ...more] = requireElementsOnly(method);
  if (inclusive === undefined) return { comments };
  if (more.length > 0 || inclusive.namespace !== ns.ec || inclusive.localName !== 'InclusiveNamespaces') {
    refuseStructure(`content of ${method.localName}`);
  }
  if (requireElementsOnly(inclusive).length > 0) refuseStructure('content of InclusiveNamespaces');
  return { comments, inclusivePrefixes: parsePrefixList(attributeOf(inclusive, 'PrefixList') ?? '') };
}

function parsePrefixList(list: string): string[] {
  const prefixes = list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '');
  if (prefixes.length > maximumPrefixes) refuseStructure('too many prefixes');
  return prefixes.map((prefix) => (prefix === '#default' ? '' : prefix));
}

/**
 * The children, which must be exactly these elements of ds in this order, with nothing but white space between.
 * @throws GakumonError `signature-structure`
 */
export function requireChildren<const Names extends readonly string[]>(
  element: XmlElement,
  names: Names,
): { [Index in keyof Names]: XmlElement } {
  const children = requireElementsOnly(element);
  const matching = children.filter((child, index) => child.namespace === ns.ds && child.localName === names[index]);
  if (children.length !== names.length || matching.length !== names.length) {
    refuseStructure(`content of ${element.localName}: not ${names.join(', ') || 'empty'}`);
  }
  return children as { [Index in keyof Names]: XmlElement };
}

/** @throws GakumonError `signature-structure` when there is text beside the child elements */
export function requireElementsOnly(element: XmlElement): XmlElement[] {
  if (element.children.some((child) => child.kind === 'text' && /[^ \t\r\n]/.test(child.value))) {
    refuseStructure(`text in ${element.localName}`);
  }
  return listElements(element);
}

function algorithmOf(method: XmlElement): string {
  return attributeOf(method, 'Algorithm') ?? refuseStructure(`${method.localName} without Algorithm`);
}
