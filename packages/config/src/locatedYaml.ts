import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';

export type LocatedDocument = {
  readonly value: unknown;
  /** What is wrong with the YAML itself; `value` means nothing when there is something. */
  readonly mistakes: readonly { readonly line: number; readonly message: string }[];
  /** The line of what stands at the path, or of the nearest thing around it when there is nothing. */
  lineOf(path: readonly PropertyKey[]): number;
};

/**
 * Parses YAML 1.2 and keeps where everything stands. Repeated keys are mistakes. So are aliases: a few nested ones mean
 * more than any memory holds, and these documents have no need of them.
 */
export function parseYaml(text: string): LocatedDocument {
  try {
    return parseShallow(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { value: undefined, mistakes: [{ line: 1, message: 'the document is nested too deeply' }], lineOf: () => 1 };
  }
}

/** @throws RangeError where the parser's recursion uses up the stack */
function parseShallow(text: string): LocatedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes = [
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message })),
    ...listAliases(document),
  ].map(({ offset, message }) => ({ line: lines.linePos(offset).line, message }));
  return {
    value: mistakes.length > 0 ? undefined : document.toJS(),
    mistakes,
    lineOf: (path) => Math.max(1, lines.linePos(offsetOf(document.contents, path)).line),
  };
}

function listAliases(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Alias: (_key, { source, range }) => {
      const message = `*${source} is an alias; aliases are not taken here: write out what it stands for`;
      found.push({ offset: range?.[0] ?? 0, message });
    },
  });
  return found;
}

function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const inner = stepInto(node, step);
    if (inner === undefined) break;
    offset = inner.offset;
    node = inner.node;
  }
  return offset;
}

function stepInto(node: unknown, step: PropertyKey): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined || !isNode(pair.key)) return undefined;
    return { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined;
  }
  return undefined;
}
