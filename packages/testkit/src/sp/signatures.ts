import { createSign, createVerify, type KeyObject } from 'node:crypto';
import { algorithms, ns } from '@gakumon/terms';
import { type SignatureAlgorithm, SignedXml } from 'xml-crypto';
import type { TestKey } from '../keys/testKeys.ts';
import { childrenOf, parseDocument, serialise } from './dom.ts';

type KeyLike = Parameters<SignatureAlgorithm['verifySignature']>[1];

/** XML signatures as xml-crypto makes and checks them: the side that shares no code with Gakumon. */
class NodeSignature implements SignatureAlgorithm {
  readonly #uri: string;
  readonly #hash: string;

  constructor(uri: string, hash: string) {
    this.#uri = uri;
    this.#hash = hash;
  }

  getAlgorithmName = (): string => this.#uri;

  // ECDSA in XML Signature is r and s side by side (RFC 6931 2.3.6), not DER; RSA ignores the option.
  getSignature = ((signedInfo: string, key: KeyLike): string =>
    createSign(this.#hash)
      .update(signedInfo)
      .sign(
        { key: key as unknown as KeyObject, dsaEncoding: 'ieee-p1363' },
        'base64',
      )) as SignatureAlgorithm['getSignature'];

  verifySignature = ((material: string, key: KeyLike, value: string): boolean =>
    createVerify(this.#hash)
      .update(material)
      .verify(
        { key: key as unknown as KeyObject, dsaEncoding: 'ieee-p1363' },
        value,
        'base64',
      )) as SignatureAlgorithm['verifySignature'];
}

const hashes: Readonly<Record<string, string>> = {
  [algorithms.rsaSha256]: 'sha256',
  [algorithms.rsaSha384]: 'sha384',
  [algorithms.rsaSha512]: 'sha512',
  [algorithms.ecdsaSha256]: 'sha256',
  [algorithms.ecdsaSha384]: 'sha384',
  [algorithms.ecdsaSha512]: 'sha512',
  [algorithms.rsaSha1]: 'sha1',
};

function withAlgorithms(signed: SignedXml): SignedXml {
  for (const [uri, hash] of Object.entries(hashes)) {
    signed.SignatureAlgorithms[uri] = class extends NodeSignature {
      constructor() {
        super(uri, hash);
      }
    };
  }
  return signed;
}

/** The algorithm that a key signs by when none is named. */
export const usualAlgorithm = (key: TestKey): string =>
  key.privateKey.asymmetricKeyType === 'ec' ? algorithms.ecdsaSha256 : algorithms.rsaSha256;

/** What a signature looks like besides what it says: makers differ in it. */
export type SignatureStyle = {
  /** Of the XML Signature namespace; empty: the default namespace. `ds` when undefined. */
  readonly prefix?: string;
  /** The `Id` of the ds:Signature itself. */
  readonly id?: string | undefined;
  /** Characters in a line of base64; on one line when undefined. */
  readonly foldedAt?: number;
};

/**
 * Signs the root element, enveloped, with the signature after saml:Issuer where there is one.
 * @param xml a document whose root has an `ID`
 */
export function signDocument(
  xml: string,
  key: TestKey,
  algorithm = usualAlgorithm(key),
  style: SignatureStyle = {},
): string {
  const root = parseDocument(xml).documentElement;
  const signed = withAlgorithms(
    new SignedXml({
      privateKey: key.privateKeyPem,
      publicCert: key.certificatePem,
      signatureAlgorithm: algorithm,
      canonicalizationAlgorithm: algorithms.exclusiveC14n,
      idAttribute: 'ID',
    }),
  );
  signed.addReference({
    xpath: '/*',
    transforms: [algorithms.enveloped, algorithms.exclusiveC14n],
    digestAlgorithm: algorithm === algorithms.rsaSha1 ? algorithms.sha1 : algorithms.sha256,
  });
  const hasIssuer = childrenOf(root, ns.saml, 'Issuer').length > 0;
  signed.computeSignature(xml, {
    prefix: style.prefix ?? 'ds',
    attrs: style.id === undefined ? {} : { Id: style.id },
    location: hasIssuer
      ? { reference: "/*/*[local-name(.)='Issuer']", action: 'after' }
      : { reference: '/*', action: 'prepend' },
  });
  return foldBase64(signed.getSignedXml(), style.foldedAt);
}

/** Folds what no digest covers: the value of the signature and the certificate. */
function foldBase64(xml: string, width: number | undefined): string {
  if (width === undefined) return xml;
  const line = new RegExp(`.{1,${width}}`, 'g');
  return xml.replace(
    /(<(?:\w+:)?(?:SignatureValue|X509Certificate)>)([A-Za-z0-9+/=]+)/g,
    (_, tag: string, value: string) => `${tag}\n${(value.match(line) ?? []).join('\n')}\n`,
  );
}

/**
 * Verifies the enveloped signature of an element and gives the element as it was signed.
 * @param element with exactly one ds:Signature among its children
 * @param certificates PEM; the signature must fit one of them. KeyInfo is never looked at
 * @returns the canonical text that was hashed: nothing else may be read
 * @throws Error when the signature does not verify, or is not over this very element
 */
export function verifyElement(element: Element, certificates: readonly string[]): string {
  const [signature, second] = childrenOf(element, ns.ds, 'Signature');
  if (signature === undefined || second !== undefined) {
    throw new Error(`${element.localName} has ${second === undefined ? 'no signature' : 'several signatures'}`);
  }
  const xml = serialise(element);
  const problems: string[] = [];
  for (const certificate of certificates) {
    const signed = withAlgorithms(new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null }));
    signed.loadSignature(signature);
    try {
      if (!signed.checkSignature(xml)) problems.push('does not verify');
      else return theOnlyReference(signed, element);
    } catch (error) {
      problems.push(Error.isError(error) ? error.message : String(error));
    }
  }
  throw new Error(`the signature of ${element.localName} is refused: ${problems.join('; ')}`);
}

function theOnlyReference(signed: SignedXml, element: Element): string {
  const references = signed.getReferences();
  const [canonical, second] = signed.getSignedReferences();
  if (canonical === undefined || second !== undefined || references.length !== 1) {
    throw new Error('the signature has not exactly one Reference');
  }
  const id = element.getAttribute('ID');
  if (!id || references[0]?.uri !== `#${id}`)
    throw new Error(`the signature is over ${references[0]?.uri}, not #${id}`);
  return canonical;
}
