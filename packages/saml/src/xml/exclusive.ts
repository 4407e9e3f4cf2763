import type { NamespaceRule } from './canonicaliser.ts';
import type { XmlDeclaration, XmlStart } from './nodes.ts';

/** Prefix to namespace; an empty prefix is the default namespace. */
export type NamespaceContext = ReadonlyMap<string, string>;

/**
 * Exclusive XML Canonicalization 1.0, section 3: what a tag uses is declared on it unless an ancestor in the output
 * declares it so.
 * @param inclusive the PrefixList of ec:InclusiveNamespaces, its `#default` given as an empty string
 * @param around the namespaces in scope around the first element, which only the PrefixList ever needs
 */
export function createExclusiveRule(inclusive: readonly string[], around: NamespaceContext): NamespaceRule {
  const renderedAbove: NamespaceContext[] = [];
  const scopeAbove: NamespaceContext[] = [];
  let rendered: NamespaceContext = new Map();
  let scope = around;

  function enter(start: XmlStart): readonly XmlDeclaration[] {
    renderedAbove.push(rendered);
    if (inclusive.length > 0) {
      scopeAbove.push(scope);
      if (start.declarations.length > 0) scope = extend(scope, start.declarations);
    }
    if (inclusive.length === 0 && isRendered(start, rendered)) return nothing;
    const missing: XmlDeclaration[] = [];
    const require = (prefix: string, namespace: string): void => {
      if (prefix === 'xml' || (rendered.get(prefix) ?? '') === namespace) return;
      if (!missing.some((one) => one.prefix === prefix)) missing.push({ prefix, namespace });
    };
    require(start.prefix, start.namespace);
    for (const { prefix, namespace } of start.attributes) if (prefix !== '') require(prefix, namespace);
    for (const prefix of inclusive) require(prefix, scope.get(prefix) ?? '');
    if (missing.length > 0) rendered = extend(rendered, missing);
    return missing;
  }

  return {
    enter,
    leave: () => {
      rendered = renderedAbove.pop() ?? rendered;
      scope = scopeAbove.pop() ?? scope;
    },
    rendered: () => rendered,
  };
}

const nothing: readonly XmlDeclaration[] = [];

/** As it is for most elements. */
function isRendered({ prefix, namespace, attributes }: XmlStart, rendered: NamespaceContext): boolean {
  if ((rendered.get(prefix) ?? '') !== namespace) return false;
  for (const one of attributes) if (one.prefix !== '' && rendered.get(one.prefix) !== one.namespace) return false;
  return true;
}

function extend(context: NamespaceContext, declarations: readonly XmlDeclaration[]): NamespaceContext {
  const extended = new Map(context);
  for (const { prefix, namespace } of declarations) extended.set(prefix, namespace);
  return extended;
}
