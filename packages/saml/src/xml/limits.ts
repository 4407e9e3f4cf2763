/** Bounds on a document, checked while it arrives. */
export type XmlLimits = {
  /** Size of the whole document. */
  readonly bytes: number;
  /** Elements inside one another; the root is 1. */
  readonly depth: number;
  /** Attributes of one element, declarations not counted. */
  readonly attributes: number;
  /** Namespace declarations of one element. */
  readonly declarations: number;
  /** Characters of a qualified name, and of the name of a namespace. */
  readonly nameLength: number;
  /** Nodes inside one element; also comments and processing instructions outside the root. */
  readonly children: number;
  /** Characters of one text, comment, attribute value or other piece that cannot be handed on before its end. */
  readonly piece: number;
};

/** For SAML messages: generous to every real sender, and a few milliseconds of work at most. */
export const messageXmlLimits: XmlLimits = {
  bytes: 1_048_576,
  depth: 64,
  attributes: 64,
  declarations: 64,
  nameLength: 256,
  children: 4096,
  piece: 1_048_576,
};

/** For metadata aggregates, which are signed by a federation but arrive by an open network. */
export const aggregateXmlLimits: XmlLimits = {
  ...messageXmlLimits,
  bytes: 268_435_456,
  children: 200_000,
};

/** Canonical form repeats declarations, so that a small document can have a very large one. */
export function maximumCanonicalBytes(limits: Partial<XmlLimits>): number {
  return 2 * (limits.bytes ?? messageXmlLimits.bytes);
}
