import { algorithms } from '@gakumon/terms';
import type { CanonicalForm } from '../xml/canonicalForm.ts';
import { attributeOf, textOf } from '../xml/elements.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { requireDigestAlgorithm, requireSignatureAlgorithm } from './algorithms.ts';
import type { SignatureAllowances } from './allowances.ts';
import { decodeBase64 } from './base64.ts';
import { parseCanonicalForm } from './canonicalisationMethod.ts';
import { algorithmOf, refuseStructure, requireChildren, requireElementsOnly } from './structure.ts';

/** What a ds:SignedInfo says, once it is known to say nothing but what is allowed. */
export type SignedInfo = {
  readonly signatureAlgorithm: string;
  /** The one Reference. */
  readonly uri: string;
  readonly transform: CanonicalForm;
  readonly digestHash: string;
  readonly digest: Buffer;
};

/**
 * Reads ds:SignedInfo (XML Signature 4.4) by the one shape that SAML allows (SAML Core 5.4): one Reference, the
 * transforms enveloped-signature and canonicalisation in this order, algorithms from the list.
 * @throws GakumonError `signature-structure`, `signature-algorithm`
 */
export function parseSignedInfo(signedInfo: XmlElement, allowances: SignatureAllowances): SignedInfo {
  const { allowInclusive = false, allowSha1 = false } = allowances;
  const elements = requireElementsOnly(signedInfo);
  if (elements.filter((one) => one.localName === 'Reference').length > 1) refuseStructure('more than one Reference');
  const [canonicalisation, method, reference] = requireChildren(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  parseCanonicalForm(canonicalisation, allowInclusive);
  const signatureAlgorithm = algorithmOf(method);
  requireSignatureAlgorithm(signatureAlgorithm, allowSha1);
  requireChildren(method, []);
  const [transforms, digestMethod, digestValue] = requireChildren(reference, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ]);
  requireChildren(digestMethod, []);
  return {
    signatureAlgorithm,
    uri: attributeOf(reference, 'URI') ?? refuseStructure('a Reference without URI'),
    transform: parseTransforms(transforms, allowInclusive),
    digestHash: requireDigestAlgorithm(algorithmOf(digestMethod), allowSha1),
    digest: decodeBase64(textOf(digestValue)),
  };
}

/** Looks at the names of all transforms first, so that whoever uses another one is told which. */
function parseTransforms(transforms: XmlElement, allowInclusive: boolean): CanonicalForm {
  const [enveloped, canonical, ...more] = requireElementsOnly(transforms);
  for (const one of [enveloped, canonical, ...more]) {
    if (one !== undefined && algorithmOf(one) !== algorithms.enveloped) parseCanonicalForm(one, allowInclusive);
  }
  if (enveloped === undefined || algorithmOf(enveloped) !== algorithms.enveloped) {
    refuseStructure('the first transform is not enveloped-signature');
  }
  if (canonical === undefined) refuseStructure('no canonicalisation after enveloped-signature');
  if (more.length > 0) refuseStructure('more than two transforms');
  requireChildren(transforms, ['Transform', 'Transform']);
  requireChildren(enveloped, []);
  return parseCanonicalForm(canonical, allowInclusive);
}
