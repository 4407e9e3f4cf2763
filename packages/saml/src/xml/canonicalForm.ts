import { type Canonicaliser, createCanonicaliser } from './canonicaliser.ts';
import { createExclusiveRule } from './exclusive.ts';
import { createInclusiveRule, inheritXmlAttributes } from './inclusive.ts';
import type { XmlAttribute, XmlElement } from './nodes.ts';
import { replay } from './parseXml.ts';
import type { NamespaceContext } from './shownNamespaces.ts';

/** One of the canonical forms that a signature may name. */
export type CanonicalForm = ExclusiveForm | InclusiveForm;

/** Exclusive XML Canonicalization 1.0, which SAML asks for (SAML Core 5.4.3). */
export type ExclusiveForm = {
  readonly kind?: 'exclusive';
  readonly comments: boolean;
  /** The PrefixList of ec:InclusiveNamespaces, its `#default` given as an empty string. */
  readonly inclusivePrefixes?: readonly string[];
};

/** Canonical XML 1.0, which is met in metadata. */
export type InclusiveForm = { readonly kind: 'inclusive'; readonly comments: boolean };

/** What an element that is a part of a document has from the elements around it. */
export type Surroundings = {
  readonly namespaces: NamespaceContext;
  /** `xml:lang` and its like, the nearest of each name. */
  readonly xmlAttributes: readonly XmlAttribute[];
};

const nothingAround: Surroundings = { namespaces: new Map(), xmlAttributes: [] };

/**
 * Writes a document, or its root, in a canonical form as its events come.
 * @param write gets the canonical UTF-8 in pieces, to be hashed, collected, or both
 */
export function createDocumentCanonicaliser(form: CanonicalForm, write: (bytes: Uint8Array) => void): Canonicaliser {
  return createFormCanonicaliser(form, nothingAround, write);
}

/**
 * The canonical form of one element of a tree.
 * @param around left out for a root
 */
export function canonicaliseElement(
  element: XmlElement,
  form: CanonicalForm,
  around: Surroundings = nothingAround,
): Buffer {
  const pieces: Uint8Array[] = [];
  const canonicaliser = createFormCanonicaliser(form, around, (bytes) => pieces.push(bytes));
  replay(form.kind === 'inclusive' ? inheritXmlAttributes(element, around.xmlAttributes) : element, canonicaliser.add);
  canonicaliser.finish();
  return Buffer.concat(pieces);
}

function createFormCanonicaliser(
  form: CanonicalForm,
  { namespaces }: Surroundings,
  write: (bytes: Uint8Array) => void,
): Canonicaliser {
  const rule =
    form.kind === 'inclusive'
      ? createInclusiveRule(namespaces)
      : createExclusiveRule(form.inclusivePrefixes ?? [], namespaces);
  return createCanonicaliser(rule, form.comments, write);
}
