import { GakumonError } from '@gakumon/terms';
import type { XmlElement, XmlNode } from './nodes.ts';

/** The child elements with this expanded name, in document order. */
export function listChildren(element: XmlElement, namespace: string, localName: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of element.children) if (isNamed(child, namespace, localName)) found.push(child);
  return found;
}

/** The first child element with this expanded name; where only one may be, use `listChildren` and count. */
export function findChild(element: XmlElement, namespace: string, localName: string): XmlElement | undefined {
  for (const child of element.children) if (isNamed(child, namespace, localName)) return child;
  return undefined;
}

function isNamed(node: XmlNode, namespace: string, localName: string): node is XmlElement {
  return node.kind === 'element' && node.localName === localName && node.namespace === namespace;
}

/** All child elements, in document order. */
export function listElements(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => child.kind === 'element');
}

/** The value of an attribute by its expanded name; prefixes never matter. */
export function attributeOf(element: XmlElement, localName: string, namespace = ''): string | undefined {
  for (const one of element.attributes) {
    if (one.localName === localName && one.namespace === namespace) return one.value;
  }
  return undefined;
}

/**
 * All the text of an element that holds text only. Comments and processing instructions inside never cut it: a name
 * read up to the first comment would be somebody else's.
 * @throws GakumonError `xml-malformed` when there is an element inside
 */
export function textOf(element: XmlElement): string {
  let text = '';
  for (const child of element.children) {
    if (child.kind === 'element') {
      throw new GakumonError('xml-malformed', { detail: `an element where ${element.localName} may hold text only` });
    }
    if (child.kind === 'text') text += child.value;
  }
  return text;
}
