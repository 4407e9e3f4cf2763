import { type Canonicaliser, createCanonicaliser, type NamespaceRule } from './canonicaliser.ts';
import type { XmlDeclaration, XmlElement, XmlStart } from './nodes.ts';
import { replay } from './parseXml.ts';

/** Prefix to namespace; an empty prefix is the default namespace. */
export type NamespaceContext = ReadonlyMap<string, string>;

export type ExclusiveOptions = {
  readonly comments: boolean;
  /** The PrefixList of ec:InclusiveNamespaces, its `#default` given as an empty string. */
  readonly inclusivePrefixes?: readonly string[];
  /** What is in scope around the element, which only the PrefixList ever needs. */
  readonly context?: NamespaceContext;
};

/**
 * Exclusive XML Canonicalization 1.0 as a stream.
 * @param write gets the canonical UTF-8 in pieces, to be hashed, collected, or both
 */
export function createExclusiveCanonicaliser(
  options: ExclusiveOptions,
  write: (bytes: Uint8Array) => void,
): Canonicaliser {
  const rule = createExclusiveRule(options.inclusivePrefixes ?? [], options.context ?? new Map());
  return createCanonicaliser(rule, options.comments, write);
}

/** The exclusive canonical form of one element of a tree. */
export function canonicaliseElement(element: XmlElement, options: ExclusiveOptions): Buffer {
  const pieces: Uint8Array[] = [];
  const canonicaliser = createExclusiveCanonicaliser(options, (bytes) => pieces.push(bytes));
  replay(element, canonicaliser.add);
  canonicaliser.finish();
  return Buffer.concat(pieces);
}

/** Section 3 of the recommendation: what a tag uses is declared on it unless an ancestor in the output declares it so. */
function createExclusiveRule(inclusive: readonly string[], context: NamespaceContext): NamespaceRule {
  const renderedAbove: NamespaceContext[] = [];
  const scopeAbove: NamespaceContext[] = [];
  let rendered: NamespaceContext = new Map();
  let scope = context;

  function enter(start: XmlStart): readonly XmlDeclaration[] {
    renderedAbove.push(rendered);
    if (inclusive.length > 0) {
      scopeAbove.push(scope);
      if (start.declarations.length > 0) scope = extend(scope, start.declarations);
    }
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
  };
}

function extend(context: NamespaceContext, declarations: readonly XmlDeclaration[]): NamespaceContext {
  const extended = new Map(context);
  for (const { prefix, namespace } of declarations) extended.set(prefix, namespace);
  return extended;
}
