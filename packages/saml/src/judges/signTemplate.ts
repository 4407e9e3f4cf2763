import { createHash, sign } from 'node:crypto';
import { requireDigestAlgorithm, requireSignatureAlgorithm, toCryptoKey } from '../signature/algorithms.ts';
import { parseCanonicalForm } from '../signature/canonicalisationMethod.ts';
import { isSignature } from '../signature/envelopedVerifier.ts';
import { surroundingsIn } from '../signature/signatureElement.ts';
import { type CanonicalForm, canonicaliseElement, createDocumentCanonicaliser } from '../xml/canonicalForm.ts';
import { attributeOf, listElements } from '../xml/elements.ts';
import type { XmlElement, XmlEvent } from '../xml/nodes.ts';
import { parseXml } from '../xml/parseXml.ts';
import { readXml } from '../xml/readXml.ts';
import { fillIn, type JudgeKey } from './xmlsecBatch.ts';

/** Fills in a template with our canonical forms, by whatever algorithms it names, for another program to verify. */
export function signTemplate(template: string, key: JudgeKey): string {
  const { method, reference } = partsOf(template);
  const [transforms, digestMethod] = listElements(reference);
  const form = parseCanonicalForm(at(listElements(transforms as XmlElement), 1), true);
  const hashed = withoutSignature(template, form, attributeOf(reference, 'URI') === '');
  const digestHash = requireDigestAlgorithm(attributeOf(digestMethod as XmlElement, 'Algorithm') ?? '', true);
  const digest = createHash(digestHash).update(hashed).digest('base64');

  const filled = partsOf(fillIn(template, digest, ''));
  const around = surroundingsIn([{ ...filled.root }, filled.signature]);
  const octets = canonicaliseElement(filled.signedInfo, parseCanonicalForm(filled.canonicalisation, true), around);
  const row = requireSignatureAlgorithm(attributeOf(method, 'Algorithm') ?? '', true);
  const value = sign(row.hash, octets, toCryptoKey(key.privateKey, row)).toString('base64');
  return fillIn(template, digest, value);
}

function partsOf(document: string) {
  const root = parseXml(Buffer.from(document));
  const signature = at(listElements(root).filter(isSignature), 0);
  const signedInfo = at(listElements(signature), 0);
  const [canonicalisation, method, reference] = [0, 1, 2].map((index) => at(listElements(signedInfo), index)) as [
    XmlElement,
    XmlElement,
    XmlElement,
  ];
  return { root, signature, signedInfo, canonicalisation, method, reference };
}

function at(elements: readonly XmlElement[], index: number): XmlElement {
  const element = elements[index];
  if (element === undefined) throw new Error('the template lacks an element');
  return element;
}

/** What the Reference covers: without the Signature and without comments, and only for URI="" what is outside the root. */
function withoutSignature(document: string, form: CanonicalForm, withOutside: boolean): Buffer {
  const pieces: Uint8Array[] = [];
  const canonicaliser = createDocumentCanonicaliser({ ...form, comments: false }, (bytes) => pieces.push(bytes));
  let depth = 0;
  let skipping = false;
  const reader = readXml((event: XmlEvent) => {
    if (event.kind === 'start' && depth++ === 1) skipping = isSignature(event);
    if (!skipping && (depth > 0 || withOutside)) canonicaliser.add(event);
    if (event.kind === 'end' && --depth === 1) skipping = false;
  });
  reader.write(Buffer.from(document));
  reader.end();
  canonicaliser.finish();
  return Buffer.concat(pieces);
}
