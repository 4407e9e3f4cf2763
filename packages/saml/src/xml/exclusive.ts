import type { NamespaceRule } from './canonicaliser.ts';
import type { XmlDeclaration, XmlStart } from './nodes.ts';
import { createShownNamespaces, type NamespaceContext, nothingDeclared } from './shownNamespaces.ts';

/**
 * Exclusive XML Canonicalization 1.0, section 3: what a tag uses is declared on it unless an ancestor in the output
 * declares it so.
 * @param inclusive the PrefixList of ec:InclusiveNamespaces, its `#default` given as an empty string
 * @param around the namespaces in scope around the first element, which only the PrefixList ever needs
 * @throws GakumonError `xml-limit` from `enter`, as `createShownNamespaces` does
 */
export function createExclusiveRule(inclusive: readonly string[], around: NamespaceContext): NamespaceRule {
  const { shown, enter: show, leave } = createShownNamespaces();
  const listed = new Set(inclusive);
  let isFirst = listed.size > 0;

  function enter(start: XmlStart): readonly XmlDeclaration[] {
    if (isFirst || (listed.size > 0 && start.declarations.length > 0))
      return show([...used(start), ...listedIn(start)]);
    return isShown(start, shown) ? show(nothingDeclared) : show(used(start));
  }

  /** Once the first element has shown them all, another one changes only those that it declares itself. */
  function listedIn({ declarations }: XmlStart): readonly XmlDeclaration[] {
    const own = declarations.filter(({ prefix }) => listed.has(prefix));
    if (!isFirst) return own;
    isFirst = false;
    const inScope = [...around].map(([prefix, namespace]) => ({ prefix, namespace }));
    const declared = new Set(own.map(({ prefix }) => prefix));
    return [...own, ...inScope.filter(({ prefix }) => listed.has(prefix) && !declared.has(prefix))];
  }

  return { enter, leave, rendered: () => shown };
}

/** The namespaces that a tag visibly utilizes. */
function used({ prefix, namespace, attributes }: XmlStart): XmlDeclaration[] {
  const found: XmlDeclaration[] = [{ prefix, namespace }];
  for (const one of attributes) if (one.prefix !== '') found.push({ prefix: one.prefix, namespace: one.namespace });
  return found;
}

/** As it is for most elements. */
function isShown({ prefix, namespace, attributes }: XmlStart, shown: NamespaceContext): boolean {
  if ((shown.get(prefix) ?? '') !== namespace) return false;
  for (const one of attributes) if (one.prefix !== '' && shown.get(one.prefix) !== one.namespace) return false;
  return true;
}
