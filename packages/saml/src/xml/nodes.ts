/** An attribute, its value normalised as XML 1.0 3.3.3 says for CDATA. Namespace declarations are not attributes here. */
export type XmlAttribute = {
  readonly prefix: string;
  readonly localName: string;
  /** Empty for an attribute without a prefix. */
  readonly namespace: string;
  readonly value: string;
};

/** `xmlns:prefix="namespace"`; an empty prefix is the default namespace, an empty namespace undeclares it. */
export type XmlDeclaration = { readonly prefix: string; readonly namespace: string };

export type XmlText = { readonly kind: 'text'; readonly value: string };
export type XmlComment = { readonly kind: 'comment'; readonly value: string };
export type XmlProcessingInstruction = {
  readonly kind: 'processingInstruction';
  readonly target: string;
  readonly data: string;
};

type XmlTag = {
  readonly prefix: string;
  readonly localName: string;
  readonly namespace: string;
  /** In document order. */
  readonly attributes: readonly XmlAttribute[];
  /** Declared on this very element, in document order. */
  readonly declarations: readonly XmlDeclaration[];
};

export type XmlElement = XmlTag & { readonly kind: 'element'; readonly children: readonly XmlNode[] };
export type XmlNode = XmlElement | XmlText | XmlComment | XmlProcessingInstruction;

export type XmlStart = XmlTag & { readonly kind: 'start' };

/** What the reader says, in document order. Text may come in several pieces; white space outside the root never comes. */
export type XmlEvent = XmlStart | { readonly kind: 'end' } | XmlText | XmlComment | XmlProcessingInstruction;

/** Takes events one by one; throws to stop the reading. */
export type XmlEventSink = (event: XmlEvent) => void;
