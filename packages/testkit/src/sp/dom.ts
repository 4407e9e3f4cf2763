import { DOMParser, XMLSerializer } from '@xmldom/xmldom';

/**
 * Parses a document with xmldom, the parser of many a service provider.
 * @throws Error at anything that xmldom so much as warns of, and at a DOCTYPE
 */
export function parseDocument(xml: string): Document {
  const complain = (problem: string): never => {
    throw new Error(`XML: ${problem}`);
  };
  const document = new DOMParser({
    errorHandler: { warning: complain, error: complain, fatalError: complain },
  }).parseFromString(xml, 'text/xml');
  if (document?.documentElement === undefined || document.documentElement === null) throw new Error('XML: no element');
  if (document.doctype !== null && document.doctype !== undefined) throw new Error('XML: a DOCTYPE');
  return document;
}

export const serialise = (node: Node): string => new XMLSerializer().serializeToString(node);

/** The child elements of that name, in document order. */
export function childrenOf(element: Element, namespace: string, localName: string): Element[] {
  return Array.from(element.childNodes).filter(
    (node): node is Element =>
      node.nodeType === 1 && (node as Element).namespaceURI === namespace && (node as Element).localName === localName,
  );
}

/** @throws Error unless there is exactly one such child */
export function onlyChild(element: Element, namespace: string, localName: string): Element {
  const found = childrenOf(element, namespace, localName);
  const [child] = found;
  if (child === undefined || found.length > 1) {
    throw new Error(`${element.localName} has ${found.length} ${localName}, not one`);
  }
  return child;
}

/** @throws Error when there are two or more */
export function optionalChild(element: Element, namespace: string, localName: string): Element | undefined {
  return childrenOf(element, namespace, localName).length === 0 ? undefined : onlyChild(element, namespace, localName);
}

/** An attribute without a namespace; undefined when it is not there. */
export const attributeOf = (element: Element | undefined, name: string): string | undefined =>
  element?.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined;

export const textOf = (element: Element): string => element.textContent ?? '';
