import type { XmlElement, XmlStart } from '@gakumon/saml';

/** A start tag as an element without content, for what only looks at attributes. */
export function toElement(start: XmlStart): XmlElement {
  return { ...start, kind: 'element', children: [] };
}
