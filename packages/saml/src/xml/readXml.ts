import { GakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { type SaxesAttributeNSIncomplete, SaxesParser, type SaxesTagNS } from 'saxes';
import { createUtf8Decoder } from './decodeUtf8.ts';
import { messageXmlLimits, type XmlLimits } from './limits.ts';
import type { XmlAttribute, XmlDeclaration, XmlEvent, XmlEventSink, XmlStart } from './nodes.ts';
import { createDoctypeWatch } from './prolog.ts';

/** Takes a document in pieces of any size. After an error every further call fails. */
export type XmlReader = { write(bytes: Uint8Array): void; end(): void };

// Version 1.0 is forced because saxes would read any other number as XML 1.1, with its line ends and characters.
const options = { xmlns: true, forceXMLVersion: true, defaultXMLVersion: '1.0', position: false } as const;

/**
 * A class of our own has room in its objects for all the listeners. The objects of SaxesParser itself have not, and V8
 * turns them into hash tables, in which saxes takes four times as long.
 */
class Parser extends SaxesParser<typeof options> {}
type Counts = { open: number[]; attributes: number; declarations: number; quiet: number };

/** What a name may go on with and may not begin with (Namespaces in XML 1.0, section 3; XML 1.0, 2.3). */
const notNameStart = /^(?:[\u0300-\u036F]|[-.0-9\xB7\u203F\u2040])/;

/**
 * The one door for XML: strictly decoded UTF-8, XML 1.0 with namespaces, well-formed, within limits, and without a
 * DOCTYPE. Memory is constant whatever the size, as long as the sink keeps nothing.
 * @param sink gets the events as soon as their last byte has come; what it throws goes to the caller of `write`
 * @param limits what differs from those for messages
 * @throws GakumonError from `write` and `end`: `xml-encoding`, `xml-malformed`, `xml-doctype`, `xml-limit`
 */
export function readXml(sink: XmlEventSink, limits: Partial<XmlLimits> = {}): XmlReader {
  const bounds = { ...messageXmlLimits, ...limits };
  const decode = createDecoder(bounds.bytes);
  const counts: Counts = { open: [0], attributes: 0, declarations: 0, quiet: 0 };
  const parser = createParser(sink, counts, bounds);
  const watchDoctype = createDoctypeWatch();
  let usable = true;

  function feed(text: string): void {
    watchDoctype(text);
    counts.quiet += text.length;
    const fed = counts.quiet;
    parser.write(text);
    // No event in this piece: what stands open is as long as everything since the last one.
    if (counts.quiet === fed) bound('a piece of text', counts.quiet, bounds.piece);
    else counts.quiet = 0;
  }

  function guarded(step: () => void): void {
    if (!usable) throw malformed('the document was refused before');
    usable = false;
    step();
    usable = true;
  }

  return {
    write: (bytes) => guarded(() => feed(decode(bytes))),
    end: () =>
      guarded(() => {
        feed(decode(undefined));
        parser.close();
      }),
  };
}

function createDecoder(maximum: number): (bytes: Uint8Array | undefined) => string {
  const decode = createUtf8Decoder();
  let total = 0;
  return (bytes) => {
    total += bytes?.length ?? 0;
    bound('bytes', total, maximum);
    return decode(bytes);
  };
}

function createParser(sink: XmlEventSink, counts: Counts, bounds: XmlLimits): Parser {
  const parser = new Parser(options);
  const emit = (event: XmlEvent): void => {
    counts.quiet = 0;
    sink(event);
  };
  const addChild = (): void => {
    const last = counts.open.length - 1;
    const children = (counts.open[last] ?? 0) + 1;
    counts.open[last] = children;
    bound('children', children, bounds.children);
  };
  parser.on('error', (error) => {
    throw malformed(quoteUntrusted(error.message, 200));
  });
  parser.on('doctype', () => {
    throw new GakumonError('xml-doctype');
  });
  parser.on('xmldecl', requireUtf8Version1);
  listenToTags(parser, emit, addChild, counts, bounds);
  listenToContent(parser, emit, addChild, counts, bounds);
  return parser;
}

function listenToTags(
  parser: Parser,
  emit: XmlEventSink,
  addChild: () => void,
  counts: Counts,
  bounds: XmlLimits,
): void {
  // Kept as they come: saxes puts them into an object without a prototype, from which they are slow to get back.
  let attributes: SaxesAttributeNSIncomplete[] = [];
  parser.on('opentagstart', (tag) => {
    attributes = [];
    counts.quiet = 0;
    counts.attributes = 0;
    counts.declarations = 0;
    addChild();
    bound('characters of a name', tag.name.length, bounds.nameLength);
    bound('depth', counts.open.length, bounds.depth);
  });
  parser.on('attribute', (attribute) => {
    const { name, prefix, value } = attribute;
    attributes.push(attribute);
    counts.quiet = 0;
    bound('characters of an attribute', value.length, bounds.piece);
    bound('characters of a name', name.length, bounds.nameLength);
    if (prefix === 'xmlns' || name === 'xmlns') {
      bound('declarations', ++counts.declarations, bounds.declarations);
      // Whoever looks at a name looks at its namespace too, however often the one declaration is used.
      bound('characters of a name', value.length, bounds.nameLength);
    } else bound('attributes', ++counts.attributes, bounds.attributes);
  });
  parser.on('opentag', (tag) => {
    counts.open.push(0);
    emit(toStart(tag, attributes));
  });
  parser.on('closetag', () => {
    counts.open.pop();
    emit({ kind: 'end' });
  });
}

function listenToContent(
  parser: Parser,
  emit: XmlEventSink,
  addChild: () => void,
  counts: Counts,
  bounds: XmlLimits,
): void {
  const emitText = (value: string): void => {
    if (counts.open.length === 1 || value === '') return;
    bound('characters of a text', value.length, bounds.piece);
    addChild();
    emit({ kind: 'text', value });
  };
  parser.on('text', emitText);
  parser.on('cdata', emitText);
  parser.on('comment', (value) => {
    addChild();
    emit({ kind: 'comment', value });
  });
  parser.on('processinginstruction', ({ target, body }) => {
    // saxes takes `<?a?b?>`, which lacks its space, for `<?a ?b?>`; nobody needs either of them.
    if (body.startsWith('?')) throw malformed('processing instruction whose data begins with ?');
    bound('characters of a name', target.length, bounds.nameLength);
    addChild();
    emit({ kind: 'processingInstruction', target, data: body });
  });
}

function requireUtf8Version1(declaration: { version?: string; encoding?: string }): void {
  if (declaration.version !== '1.0') throw malformed('only XML 1.0 is read');
  if (declaration.encoding !== undefined && declaration.encoding.toUpperCase() !== 'UTF-8') {
    throw new GakumonError('xml-encoding', { detail: 'the XML declaration names another encoding than UTF-8' });
  }
}

/** @param found the attributes, to which saxes has added their namespaces by now */
function toStart(tag: SaxesTagNS, found: readonly SaxesAttributeNSIncomplete[]): XmlStart {
  requireLocalStart(tag.prefix, tag.local);
  const attributes: XmlAttribute[] = [];
  const declarations: XmlDeclaration[] = [];
  for (const attribute of found) {
    const { prefix, local, uri, value } = attribute;
    if (uri === undefined) throw malformed('an attribute without a namespace');
    requireLocalStart(prefix, local);
    if (uri === ns.xmlns) declarations.push(toDeclaration(attribute));
    else attributes.push({ prefix, localName: local, namespace: uri, value });
  }
  return { kind: 'start', prefix: tag.prefix, localName: tag.local, namespace: tag.uri, attributes, declarations };
}

/** saxes looks at the first character of `p:1` only. */
function requireLocalStart(prefix: string, local: string): void {
  if (prefix !== '' && !isLatinLetter(local.charCodeAt(0)) && notNameStart.test(local))
    throw malformed(`malformed name: ${quoteUntrusted(`${prefix}:${local}`)}`);
}

/** As most names begin. */
function isLatinLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);
}

function toDeclaration(attribute: SaxesAttributeNSIncomplete): XmlDeclaration {
  // saxes resolves names by the trimmed value, and canonical XML writes the value as it is: the two must not differ.
  if (attribute.value !== attribute.value.trim()) throw malformed('white space around a namespace name');
  return { prefix: attribute.prefix === '' ? '' : attribute.local, namespace: attribute.value };
}

function bound(what: string, count: number, maximum: number): void {
  if (count > maximum) throw new GakumonError('xml-limit', { detail: `more than ${maximum} ${what}` });
}

function malformed(detail: string): GakumonError {
  return new GakumonError('xml-malformed', { detail });
}
