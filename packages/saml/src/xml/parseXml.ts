import { GakumonError } from '@gakumon/terms';
import type { XmlLimits } from './limits.ts';
import type { XmlElement, XmlEvent, XmlEventSink, XmlNode, XmlStart } from './nodes.ts';
import { readXml } from './readXml.ts';

/**
 * Reads a whole document into a tree. Comments and processing instructions outside the root are left out.
 * @param limits what differs from those for messages
 * @throws GakumonError `xml-encoding`, `xml-malformed`, `xml-doctype`, `xml-limit`
 */
export function parseXml(bytes: Uint8Array, limits: Partial<XmlLimits> = {}): XmlElement {
  const builder = createTreeBuilder();
  const reader = readXml(builder.add, limits);
  reader.write(bytes);
  reader.end();
  const root = builder.root();
  if (root === undefined) throw new GakumonError('xml-malformed', { detail: 'no root element' });
  return root;
}

type Growing = { readonly start: XmlStart; readonly children: XmlNode[] };

/**
 * Builds one element from its events. Pieces of text that touch become one text.
 * @returns `add` to feed, and `root`, which is undefined until the last end has come
 */
export function createTreeBuilder(): { add: XmlEventSink; root: () => XmlElement | undefined } {
  const open: Growing[] = [];
  let root: XmlElement | undefined;

  function finish(): void {
    const grown = open.pop();
    if (grown === undefined) return;
    const element: XmlElement = { ...grown.start, kind: 'element', children: grown.children };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  }

  return {
    add: (event) => {
      if (event.kind === 'start') open.push({ start: event, children: [] });
      else if (event.kind === 'end') finish();
      else appendContent(open.at(-1)?.children, event);
    },
    root: () => root,
  };
}

function appendContent(children: XmlNode[] | undefined, node: Exclude<XmlNode, XmlElement>): void {
  const last = children?.at(-1);
  if (children !== undefined && node.kind === 'text' && last?.kind === 'text') {
    children[children.length - 1] = { kind: 'text', value: last.value + node.value };
  } else children?.push(node);
}

/** Says a tree again as the events that it was built from; the depth of a parsed tree is bounded. */
export function replay(element: XmlElement, sink: XmlEventSink): void {
  const { children, ...tag } = element;
  sink({ ...tag, kind: 'start' });
  for (const child of children) {
    if (child.kind === 'element') replay(child, sink);
    else sink(child satisfies XmlEvent);
  }
  sink({ kind: 'end' });
}
