import { GakumonError, ns } from '@gakumon/terms';
import { attributeOf, listElements } from '../xml/elements.ts';
import type { XmlElement } from '../xml/nodes.ts';

/** @throws GakumonError `signature-structure` */
export function refuseStructure(detail: string): never {
  throw new GakumonError('signature-structure', { detail: detail.slice(0, 300) });
}

/**
 * The children, which must be exactly these elements of ds in this order, with nothing but white space between.
 * @throws GakumonError `signature-structure`
 */
export function requireChildren<const Names extends readonly string[]>(
  element: XmlElement,
  names: Names,
): { [Index in keyof Names]: XmlElement } {
  const children = requireElementsOnly(element);
  const matching = children.filter((child, index) => child.namespace === ns.ds && child.localName === names[index]);
  if (children.length !== names.length || matching.length !== names.length) {
    refuseStructure(`content of ${element.localName}: not ${names.join(', ') || 'empty'}`);
  }
  return children as { [Index in keyof Names]: XmlElement };
}

/** @throws GakumonError `signature-structure` when there is text beside the child elements */
export function requireElementsOnly(element: XmlElement): XmlElement[] {
  if (element.children.some((child) => child.kind === 'text' && /[^ \t\r\n]/.test(child.value))) {
    refuseStructure(`text in ${element.localName}`);
  }
  return listElements(element);
}

/** @throws GakumonError `signature-structure` when there is none */
export function algorithmOf(method: XmlElement): string {
  return attributeOf(method, 'Algorithm') ?? refuseStructure(`${method.localName} without Algorithm`);
}
