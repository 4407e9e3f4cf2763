import type { NamespaceRule } from './canonicaliser.ts';
import type { XmlAttribute, XmlDeclaration, XmlElement } from './nodes.ts';
import { createShownNamespaces, type NamespaceContext } from './shownNamespaces.ts';

/**
 * Canonical XML 1.0, section 2.3: a tag shows every namespace in scope that its parent in the output does not show the
 * same, whether it uses it or not.
 * @param around the namespaces in scope around the first element, which it shows with its own
 * @throws GakumonError `xml-limit` from `enter`, as `createShownNamespaces` does
 */
export function createInclusiveRule(around: NamespaceContext = new Map()): NamespaceRule {
  const { shown, enter, leave } = createShownNamespaces();
  let isFirst = true;

  return {
    enter: ({ declarations }) => {
      const declared = isFirst ? [...inScope(around, declarations)] : declarations;
      isFirst = false;
      return enter(declared);
    },
    leave,
    rendered: () => shown,
  };
}

function inScope(around: NamespaceContext, declarations: readonly XmlDeclaration[]): Iterable<XmlDeclaration> {
  const scope = new Map([...around].map(([prefix, namespace]) => [prefix, { prefix, namespace }]));
  for (const one of declarations) scope.set(one.prefix, one);
  return scope.values();
}

/**
 * What Canonical XML 1.0, section 2.4, does to the first element of a part of a document: it takes the attributes of
 * the xml prefix from the elements around it, unless it has them itself.
 * @param around those attributes of the elements around it, a nearer one instead of a farther one of the same name
 */
export function inheritXmlAttributes(element: XmlElement, around: readonly XmlAttribute[]): XmlElement {
  const own = new Set(element.attributes.filter((one) => one.prefix === 'xml').map((one) => one.localName));
  const inherited = around.filter((one) => !own.has(one.localName));
  return inherited.length === 0 ? element : { ...element, attributes: [...element.attributes, ...inherited] };
}
