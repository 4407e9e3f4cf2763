import type { XmlElement, XmlNode } from '@gakumon/saml';
import { detached } from './detached.ts';

/** V8 makes views of texts that are at least as long as this; shorter ones are copies anyway. */
const shortestView = 13;

/** The same element, none of whose values keeps the document that it was found in. */
export function detachedElement(element: XmlElement): XmlElement {
  return {
    ...element,
    attributes: element.attributes.map((one) => ({ ...one, value: ownText(one.value) })),
    children: element.children.map(detachedNode),
  };
}

function detachedNode(node: XmlNode): XmlNode {
  if (node.kind === 'element') return detachedElement(node);
  return node.kind === 'text' ? { ...node, value: ownText(node.value) } : node;
}

const ownText = (text: string): string => (text.length < shortestView ? text : detached(text));
