import fc from 'fast-check';

/** What generated documents are made of. */
export type Alphabet = {
  readonly prefixes: readonly string[];
  readonly locals: readonly string[];
  readonly texts: readonly string[];
  readonly namespaces: readonly string[];
  /** What comments and processing instructions hold. */
  readonly comments: readonly string[];
  readonly instructions: boolean;
  /** Attributes of the xml prefix, as they are written. */
  readonly xmlAttributes: readonly string[];
};

const plainTexts = [
  'x',
  ' ',
  '\n',
  '\t',
  "'",
  '&amp;',
  '&lt;',
  '&gt;',
  '&quot;',
  '日本語',
  '學',
  '𠮷',
  '&#x20BB7;',
  '&#9;',
];

/** Everything that XML 1.0 allows and that canonicalisers get wrong. */
export const wholeAlphabet: Alphabet = {
  // In code point order the last one comes last; UTF-16 order and locales disagree, each in its own way.
  prefixes: ['', 'a', 'B', 'a-b', 'a.b', 'é', 'ｱ', '𐀀'],
  locals: ['e', 'E', 'f-1', '要素', 'ｱ', '𐀀'],
  texts: [
    ...plainTexts,
    '\r\n',
    '\r',
    '&#13;',
    '&#xA;',
    '\u0085',
    '\u2028',
    '\uE000',
    '\uFFFD',
    '\u{10FFFF}',
    '>',
    '"',
  ],
  namespaces: ['urn:x', 'urn:y', 'urn:%C3%A9', 'http://example.org/ns'],
  comments: [...plainTexts, '\r\n', '\u0085', '\u2028', '>', '"'],
  instructions: true,
  xmlAttributes: ['xml:lang="ja"', 'xml:lang=""', 'xml:space="preserve"', 'xml:base="../&#x20BB7;"', 'xml:id="名"'],
};

/**
 * What xml-crypto on xmldom can be asked about: it sorts prefixes by locale, refuses processing instructions, and reads
 * U+0085 and U+2028 as line feeds, knows no name with a character beyond U+FFFF, and escapes inside comments. In these
 * points xmllint is the judge.
 */
export const modestAlphabet: Alphabet = {
  prefixes: ['', 'a', 'b', 'c'],
  locals: ['e', 'f-1', '要素'],
  namespaces: ['urn:x', 'urn:y', 'http://example.org/ns'],
  texts: plainTexts,
  comments: ['x', ' ', '日本語'],
  instructions: false,
  xmlAttributes: ['xml:lang="ja"'],
};

type Attribute = { readonly prefix: string; readonly local: string; readonly value: readonly string[] };
type Declaration = { readonly prefix: string; readonly namespace: string };
type Node =
  | { readonly kind: 'element'; readonly element: Tree }
  | { readonly kind: 'text' | 'cdata' | 'comment' | 'instruction'; readonly parts: readonly string[] };
type Tree = {
  readonly prefix: string;
  readonly local: string;
  readonly declarations: readonly Declaration[];
  readonly attributes: readonly Attribute[];
  readonly xmlAttributes: readonly string[];
  readonly children: readonly Node[];
};

/** The text of a well-formed document, and one that has an ID on its root when it is asked for. */
export function documents(alphabet: Alphabet, rootAttributes = ''): fc.Arbitrary<string> {
  const node = nodes(alphabet);
  const outside = fc.array(outsideNodes(alphabet), { maxLength: 2 });
  return fc
    .record({
      tree: node,
      before: outside,
      after: outside,
      start: fc.constantFrom('', '\uFEFF', '<?xml version="1.0" encoding="UTF-8"?>\r\n'),
    })
    .map(({ tree, before, after, start }) => {
      const root = writeTree(tree, alphabet.prefixes, rootAttributes);
      return `${start}${before.map(writeNode).join('\n')}${root}${after.map(writeNode).join('\r\n ')}`;
    });
}

function nodes(alphabet: Alphabet): fc.Arbitrary<Tree> {
  const prefix = fc.constantFrom(...alphabet.prefixes);
  const parts = fc.array(fc.constantFrom(...alphabet.texts), { maxLength: 5 });
  const declaration = fc
    .record({ prefix, namespace: fc.constantFrom(...alphabet.namespaces, '') })
    .map((one) => (one.prefix !== '' && one.namespace === '' ? { ...one, namespace: 'urn:x' } : one));
  const { element } = fc.letrec<{ element: Tree; node: Node }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      contentNodes(alphabet),
      tie('element').map((element) => ({ kind: 'element' as const, element })),
    ),
    element: fc.record({
      prefix,
      local: fc.constantFrom(...alphabet.locals),
      declarations: fc.uniqueArray(declaration, { selector: (one) => one.prefix, maxLength: 3 }),
      attributes: fc.uniqueArray(fc.record({ prefix, local: fc.constantFrom(...alphabet.locals), value: parts }), {
        selector: (one) => one.local,
        maxLength: 4,
      }),
      xmlAttributes: fc.uniqueArray(fc.constantFrom(...alphabet.xmlAttributes), {
        selector: (one) => one.split('=')[0],
        maxLength: 2,
      }),
      children: fc.array(tie('node'), { maxLength: 4 }),
    }),
  }));
  return element;
}

function contentNodes(alphabet: Alphabet): fc.Arbitrary<Node> {
  const parts = fc.array(fc.constantFrom(...alphabet.texts), { maxLength: 5 });
  const text = fc.record({ kind: fc.constant('text' as const), parts });
  const cdata = fc.record({ kind: fc.constant('cdata' as const), parts });
  return fc.oneof(text, cdata, outsideNodes(alphabet));
}

function outsideNodes(alphabet: Alphabet): fc.Arbitrary<Node> {
  const parts = fc.array(fc.constantFrom(...alphabet.comments), { maxLength: 4 });
  const kinds = alphabet.instructions ? (['comment', 'instruction'] as const) : (['comment'] as const);
  return fc.record({ kind: fc.constantFrom(...kinds), parts });
}

/** The root declares every prefix, so that whatever is used below is bound. */
function writeTree(tree: Tree, everyPrefix: readonly string[], rootAttributes: string): string {
  const declared = new Set(tree.declarations.map((one) => one.prefix));
  const rest = everyPrefix.filter((prefix) => prefix !== '' && !declared.has(prefix));
  const declarations = [...tree.declarations, ...rest.map((prefix) => ({ prefix, namespace: 'urn:x' }))];
  return writeElement({ ...tree, declarations }, rootAttributes);
}

function writeElement(tree: Tree, more = ''): string {
  const name = qualify(tree.prefix, tree.local);
  const declarations = tree.declarations.map(
    ({ prefix, namespace }) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}='${namespace}'`,
  );
  const attributes = tree.attributes.map(
    ({ prefix, local, value }) => `\n${qualify(prefix, local)} = "${value.filter((one) => one !== '"').join('')}"`,
  );
  const xml = tree.xmlAttributes.map((one) => ` ${one}`);
  return `<${name}${attributes.join('')}${declarations.join('')}${xml.join('')}${more} >${tree.children.map(writeNode).join('')}</${name}\t>`;
}

function writeNode(node: Node): string {
  if (node.kind === 'element') return writeElement(node.element);
  const text = node.parts.join('');
  if (node.kind === 'text') return text;
  if (node.kind === 'cdata') return `<![CDATA[${text}]]>`;
  return node.kind === 'comment' ? `<!--${text}-->` : `<?pi ${text}?>`;
}

function qualify(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}
