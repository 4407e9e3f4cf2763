import { isGakumonError } from '@gakumon/terms';
import { describeWith } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documents, wholeAlphabet } from '../judges/documents.ts';
import { selectWellFormed } from '../judges/xmllint.ts';
import type { XmlLimits } from './limits.ts';
import type { XmlEvent } from './nodes.ts';
import { readXml } from './readXml.ts';

function read(
  document: string | Uint8Array,
  pieceSize = Number.MAX_SAFE_INTEGER,
  limits: Partial<XmlLimits> = {},
): XmlEvent[] {
  const events: XmlEvent[] = [];
  const reader = readXml((event) => events.push(event), limits);
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += pieceSize) reader.write(bytes.subarray(at, at + pieceSize));
  reader.end();
  return events;
}

function codeOf(document: string | Uint8Array, pieceSize?: number, limits?: Partial<XmlLimits>): string {
  try {
    read(document, pieceSize, limits);
    return 'read';
  } catch (error) {
    if (isGakumonError(error)) return error.code;
    throw error;
  }
}

/** Every way of cutting must lead to the same answer. */
const pieceSizes = [1, 2, 3, 7, Number.MAX_SAFE_INTEGER];

describe('malformed documents are refused', () => {
  test.each([
    ['nothing', ''],
    ['white space only', ' \n'],
    ['an open element', '<a><b></b>'],
    ['an open tag', '<a'],
    ['a wrong end', '<a></b>'],
    ['an end more', '<a></a></a>'],
    ['two roots', '<a/><b/>'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a/>x'],
    ['CDATA outside the root', '<a/><![CDATA[]]>'],
    ['a reference outside the root', '<a/>&#32;'],
    ['two marks at the start', '\uFEFF\uFEFF<a/>'],
    ['NUL', '<a>\0</a>'],
    ['a control character', '<a b="\u0001"/>'],
    ['U+FFFE', '<a>\uFFFE</a>'],
    ['U+FFFF', '<a><!--\uFFFF--></a>'],
    ['U+FFFE in an instruction', '<a><?b \uFFFE?></a>'],
    ['U+FFFE in CDATA', '<a><![CDATA[\uFFFE]]></a>'],
    ['a reference to NUL', '<a>&#0;</a>'],
    ['a reference to a surrogate', '<a>&#xD83D;&#xDE00;</a>'],
    ['a reference to U+FFFF', '<a b="&#xFFFF;"/>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a reference with a capital X', '<a>&#X41;</a>'],
    ['a reference without its end', '<a>&amp</a>'],
    ['an ampersand', '<a>a & b</a>'],
    ['an entity of HTML', '<a>&nbsp;</a>'],
    ['an entity of JavaScript', '<a>&__proto__;&constructor;</a>'],
    [']]> in text', '<a>]]></a>'],
    ['< in an attribute', '<a b="<"/>'],
    ['an attribute twice', '<a b="1" b="1"/>'],
    ['an attribute twice by expanded name', '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="1"/>'],
    ['a declaration twice', '<a xmlns="urn:x" xmlns="urn:x"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an attribute without a value', '<a b/>'],
    ['attributes without space between', '<a b="1"c="2"/>'],
    ['-- in a comment', '<a><!-- a -- b --></a>'],
    ['a comment that ends with a hyphen', '<a><!-- a ---></a>'],
    ['an instruction called xml', '<a><?xml version="1.0"?></a>'],
    ['an instruction called XML', '<?XML a?><a/>'],
    ['an instruction with a colon', '<?p:i a?><a/>'],
    ['an instruction without a name', '<? a?><a/>'],
    ['an instruction without its space', '<?a?b?><a/>'],
    ['an XML declaration that comes late', ' <?xml version="1.0"?><a/>'],
    ['an XML declaration without version', '<?xml encoding="UTF-8"?><a/>'],
    ['XML 1.1', '<?xml version="1.1"?><a/>'],
    ['XML 1.2', '<?xml version="1.2"?><a>\u0001</a>'],
    ['standalone perhaps', '<?xml version="1.0" standalone="perhaps"?><a/>'],
    ['a prefix that is not declared', '<p:a/>'],
    ['an attribute prefix that is not declared', '<a p:b="1"/>'],
    ['a prefix of another element', '<a><b xmlns:p="urn:x"/><p:c/></a>'],
    ['a prefix undeclared', '<a xmlns:p=""/>'],
    ['the prefix xmlns declared', '<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['the prefix xml for something else', '<a xmlns:xml="urn:x"/>'],
    ['the namespace of xml under another prefix', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>'],
    ['the namespace of xmlns as default', '<a xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['an element with the prefix xmlns', '<xmlns:a/>'],
    ['a namespace name with space around it', '<a xmlns:p="urn:x "/>'],
    ['a namespace name with U+3000 around it', '<a xmlns:p="\u3000urn:x"/>'],
    ['two colons', '<a:b:c xmlns:a="urn:x"/>'],
    ['no prefix before the colon', '<:a/>'],
    ['no name after the colon', '<a: xmlns:a="urn:x"/>'],
    ['a local name that begins with a digit', '<p:1 xmlns:p="urn:x"/>'],
    ['an attribute that begins with a hyphen', '<a xmlns:p="urn:x" p:-b="1"/>'],
    ['a prefix that begins with a point', '<a xmlns:.p="urn:x"/>'],
    ['a name that begins with a combining mark', '<p:\u0301a xmlns:p="urn:x"/>'],
  ])('%s', (_, document) => {
    expect(pieceSizes.map((size) => codeOf(document, size))).toEqual(pieceSizes.map(() => 'xml-malformed'));
  });
});

describe('what is no UTF-8 is refused', () => {
  test.each([
    ['a lone byte', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])],
    ['a cut sequence', Buffer.from([0x3c, 0x61, 0x2f, 0x3e, 0xe3, 0x81])],
    ['an overlong <', Buffer.from([0xc0, 0xbc, 0x61, 0x2f, 0x3e])],
    ['a surrogate', Buffer.concat([Buffer.from('<a>'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('</a>')])],
    ['Shift_JIS', Buffer.concat([Buffer.from('<a>'), Buffer.from([0x93, 0xfa]), Buffer.from('</a>')])],
    ['UTF-16', Buffer.from('\uFEFF<a/>', 'utf16le')],
    ['another encoding declared', Buffer.from('<?xml version="1.0" encoding="EUC-JP"?><a/>')],
  ])('%s', (_, document) => {
    expect(pieceSizes.map((size) => codeOf(document, size))).toEqual(pieceSizes.map(() => 'xml-encoding'));
  });
});

describe('a DOCTYPE is refused before anything else is looked at', () => {
  test.each([
    ['plain', '<!DOCTYPE a><a/>'],
    [
      'after declaration, comment and instruction',
      '\uFEFF<?xml version="1.0"?>\n<!-- <a> --><?pi ?>\n<!DOCTYPE a []><a/>',
    ],
    ['that never ends', `<!DOCTYPE a [ <!ENTITY x "${'x'.repeat(1000)}`],
    ['that is malformed', '<!DOCTYPE><<<'],
    ['after an XML declaration that is wrong', '<?xml version="7" encoding="none"?><!DOCTYPE a><a/>'],
    ['with an external subset', '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>'],
  ])('%s', (_, document) => {
    expect(codeOf(document)).toBe('xml-doctype');
  });
  test('in pieces', () => {
    const document = '<!-- a --><?b?> <!DOCTYPE a><a/>';
    expect(pieceSizes.map((size) => codeOf(document, size))).toEqual(pieceSizes.map(() => 'xml-doctype'));
  });
  test('its word in a comment, an instruction or CDATA is none', () => {
    expect(codeOf('<!--<!DOCTYPE a>--><?b <!DOCTYPE a>?><a><![CDATA[<!DOCTYPE a>]]></a>')).toBe('read');
  });
});

describe('limits', () => {
  test.each<[string, string, Partial<XmlLimits>, number]>([
    ['bytes', '<a>日本</a>', { bytes: 13 }, 12],
    ['depth', '<a><b><c/></b></a>', { depth: 3 }, 2],
    ['attributes', '<a b="" c="" d=""/>', { attributes: 3 }, 2],
    ['declarations', '<a xmlns="urn:a" xmlns:b="urn:b"/>', { declarations: 2 }, 1],
    ['nameLength', '<a abc=""><abc/><?abc?></a>', { nameLength: 3 }, 2],
    ['nameLength', '<a xmlns="urn:abc"/>', { nameLength: 7 }, 6],
    ['children', '<a>x<b/><!--c--></a>', { children: 3 }, 2],
    ['children', '<!--1--><!--2--><a/>', { children: 3 }, 2],
  ])('%s', (name, document, enough, tooFew) => {
    expect(codeOf(document, 1, enough)).toBe('read');
    expect(codeOf(document, 1, { ...enough, [name]: tooFew })).toBe('xml-limit');
  });
  test.each([
    ['a text', `<a>${'x'.repeat(100)}`],
    ['an attribute value', `<a b="${'x'.repeat(100)}`],
    ['a name', `<${'x'.repeat(100)}`],
    ['an entity', `<a>&${'x'.repeat(100)}`],
    ['a comment', `<!--${'x'.repeat(100)}`],
  ])('%s that does not end', (_, document) => {
    expect(codeOf(document, 10, { piece: 50 })).toBe('xml-limit');
  });
  test.each([
    ['a text', `<a>${'x'.repeat(100)}</a>`],
    ['a text within CDATA', `<a><![CDATA[${'x'.repeat(100)}]]></a>`],
    ['an attribute value', `<a b="${'x'.repeat(100)}"/>`],
  ])('%s that came whole', (_, document) => {
    expect(codeOf(document, undefined, { piece: 100 })).toBe('read');
    expect(codeOf(document, undefined, { piece: 99 })).toBe('xml-limit');
  });
  test('a document of 100,000 elements inside one another is refused at the limit', () => {
    let starts = 0;
    const reader = readXml(() => starts++);
    expect(() => reader.write(Buffer.from('<a>'.repeat(100_000)))).toThrow('xml-limit');
    expect(starts).toBeLessThan(100);
  });
  test('after an error nothing is read any more', () => {
    const reader = readXml(() => {});
    expect(() => reader.write(Buffer.from('<a>&b;'))).toThrow('xml-malformed');
    expect(() => reader.write(Buffer.from('</a>'))).toThrow('xml-malformed');
    expect(() => reader.end()).toThrow('xml-malformed');
  });
});

describe('what is read', () => {
  const textOf = (document: string) =>
    read(document)
      .map((event) => (event.kind === 'text' ? event.value : ''))
      .join('');
  const attributeOf = (document: string) =>
    read(document).flatMap((event) => (event.kind === 'start' ? event.attributes : []))[0]?.value;

  test.each([
    ['line ends become line feeds', 'a\r\nb\rc\r\r\nd', 'a\nb\nc\n\nd'],
    ['referenced ones stay', '&#13;&#10;&#xD;&#9;', '\r\n\r\t'],
    ['NEL and U+2028 stay', '\u0085\r\u0085\u2028', '\u0085\n\u0085\u2028'],
    ['CDATA and references', '<![CDATA[<&amp;\r\n]] >]]>&lt;&#x20BB7;&apos;', "<&amp;\n]] ><𠮷'"],
    [']]> with a reference', ']]&gt;', ']]>'],
    [
      'characters at the edges',
      '\uE000\uFFFD\u{10000}\u{1FFFE}\u{10FFFF}\u007F',
      '\uE000\uFFFD\u{10000}\u{1FFFE}\u{10FFFF}\u007F',
    ],
    ['a mark inside', '\uFEFF', '\uFEFF'],
  ])('text: %s', (_, source, expected) => {
    expect(textOf(`<a>${source}</a>`)).toBe(expected);
  });
  test.each([
    ['white space becomes spaces', 'a\tb\nc\r\nd\re', 'a b c d e'],
    ['and is not collapsed or trimmed', '  a  ', '  a  '],
    ['referenced white space stays', '&#9;&#10;&#13; ', '\t\n\r '],
    ['NEL and U+2028 stay', '\u0085\u2028\u00A0', '\u0085\u2028\u00A0'],
  ])('attribute: %s', (_, source, expected) => {
    expect(attributeOf(`<a b="${source}"/>`)).toBe(expected);
  });
  test('how the bytes are cut makes no difference', () => {
    fc.assert(
      fc.property(documents(wholeAlphabet), fc.integer({ min: 1, max: 9 }), (document, pieceSize) => {
        expect(read(document, pieceSize)).toEqual(read(document));
      }),
    );
  });
});

describeWith(['xmllint'], 'beside xmllint', () => {
  /** Damages a document by putting something in at a place, or taking something away. */
  const damaged = fc
    .tuple(
      documents(wholeAlphabet),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat({ max: 3 }),
          fc.constantFrom(
            '',
            '<',
            '>',
            '&',
            ';',
            '"',
            "'",
            ':',
            '=',
            ' ',
            '-',
            '?',
            '!',
            ']]>',
            '<!--',
            '-->',
            '&#0;',
            'xmlns',
            '1',
            '\0',
            '\uFFFF',
          ),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    )
    .map(([document, damages]) =>
      damages.reduce((text, [at, length, piece]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + length);
      }, document),
    )
    .filter((document) => document.isWellFormed());

  test('nothing is let in that xmllint takes for malformed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damaged, { minLength: 60, maxLength: 60 }), async (list) => {
        const ours = list.filter((document) => codeOf(document) === 'read');
        const theirs = await selectWellFormed(ours);
        expect(ours.filter((_, index) => theirs[index] !== true)).toEqual([]);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
