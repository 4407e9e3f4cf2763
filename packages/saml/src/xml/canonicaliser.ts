import type { CanonicalPlace } from './canonicalSink.ts';
import { escapeAttribute, escapeText } from './characters.ts';
import { compareCodePoints } from './codePoints.ts';
import { createUtf8Writer } from './encodeUtf8.ts';
import type { XmlAttribute, XmlDeclaration, XmlEvent, XmlEventSink, XmlStart } from './nodes.ts';
import type { NamespaceContext } from './shownNamespaces.ts';

/**
 * What tells the canonical forms apart: which namespaces an element's start tag shows. The exclusive form's rule is in
 * `exclusive.ts`, the inclusive one's in `inclusive.ts`.
 */
export type NamespaceRule = {
  /** Called for each start in document order. @returns the declarations to write, in any order */
  enter(start: XmlStart): readonly XmlDeclaration[];
  leave(): void;
  /** What the open elements have declared. */
  rendered(): NamespaceContext;
};

export type Canonicaliser = CanonicalPlace & {
  /** Takes the events of one element, or of a document. */
  readonly add: XmlEventSink;
  /** Hands on what is left. */
  readonly finish: () => void;
};

/**
 * Writes events in canonical form (Canonical XML 1.0, sections 2.2 to 2.4) as they come, in constant memory.
 * @param rule which namespaces are written where
 * @param comments whether comments are part of the form
 * @param write gets UTF-8 in pieces
 */
export function createCanonicaliser(
  rule: NamespaceRule,
  comments: boolean,
  write: (bytes: Uint8Array) => void,
): Canonicaliser {
  const toCanonical = createWriter(rule, comments);
  const octets = createUtf8Writer(write);
  return {
    add: (event) => octets.add(toCanonical(event)),
    finish: octets.finish,
    flush: octets.flush,
    rendered: rule.rendered,
  };
}

function createWriter(rule: NamespaceRule, comments: boolean): (event: XmlEvent) => string {
  const open: string[] = [];
  let afterRoot = false;

  function outsideRoot(markup: string): string {
    if (open.length > 0) return markup;
    return afterRoot ? `\n${markup}` : `${markup}\n`;
  }

  function openTag(start: XmlStart): string {
    const name = qualify(start.prefix, start.localName);
    open.push(name);
    return `<${name}${writeDeclarations(rule.enter(start))}${writeAttributes(start.attributes)}>`;
  }

  function closeTag(): string {
    const name = open.pop();
    rule.leave();
    afterRoot = open.length === 0;
    return `</${name}>`;
  }

  return (event) => {
    switch (event.kind) {
      case 'start':
        return openTag(event);
      case 'end':
        return closeTag();
      case 'text':
        return escapeText(event.value);
      case 'comment':
        return comments ? outsideRoot(`<!--${event.value}-->`) : '';
      case 'processingInstruction':
        return outsideRoot(event.data === '' ? `<?${event.target}?>` : `<?${event.target} ${event.data}?>`);
    }
  };
}

function qualify(prefix: string, localName: string): string {
  return prefix === '' ? localName : `${prefix}:${localName}`;
}

function writeDeclarations(declarations: readonly XmlDeclaration[]): string {
  const [first, ...more] = declarations;
  if (first === undefined) return '';
  if (more.length === 0) return writeDeclaration(first);
  return [...declarations]
    .sort((a, b) => compareCodePoints(a.prefix, b.prefix))
    .map(writeDeclaration)
    .join('');
}

function writeDeclaration({ prefix, namespace }: XmlDeclaration): string {
  return ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`;
}

function writeAttributes(attributes: readonly XmlAttribute[]): string {
  if (attributes.length === 0) return '';
  const sorted = isSorted(attributes) ? attributes : [...attributes].sort(compareAttributes);
  let text = '';
  for (const one of sorted) text += ` ${qualify(one.prefix, one.localName)}="${escapeAttribute(one.value)}"`;
  return text;
}

function compareAttributes(a: XmlAttribute, b: XmlAttribute): number {
  return compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.localName, b.localName);
}

/** As most senders write them. */
function isSorted(attributes: readonly XmlAttribute[]): boolean {
  let before: XmlAttribute | undefined;
  for (const one of attributes) {
    if (before !== undefined && compareAttributes(before, one) > 0) return false;
    before = one;
  }
  return true;
}
