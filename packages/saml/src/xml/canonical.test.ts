import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ns } from '@gakumon/terms';
import { describeWith, describeWithSamples } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { ExclusiveCanonicalization, ExclusiveCanonicalizationWithComments } from 'xml-crypto';
import { documents, modestAlphabet, wholeAlphabet } from '../judges/documents.ts';
import { canonicaliseWithXmllint } from '../judges/xmllint.ts';
import { type CanonicalForm, canonicaliseElement, createDocumentCanonicaliser } from './canonicalForm.ts';
import { aggregateXmlLimits } from './limits.ts';
import { parseXml } from './parseXml.ts';
import { readXml } from './readXml.ts';

function canonicalise(document: string | Uint8Array, form: CanonicalForm, pieceSize = 1 << 16): string {
  const pieces: Uint8Array[] = [];
  const canonicaliser = createDocumentCanonicaliser(form, (bytes) => pieces.push(bytes));
  const reader = readXml(canonicaliser.add, aggregateXmlLimits);
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += pieceSize) reader.write(bytes.subarray(at, at + pieceSize));
  reader.end();
  canonicaliser.finish();
  return Buffer.concat(pieces).toString('utf8');
}

const withComments = { comments: true };

describeWith(['xmllint'], 'beside xmllint', () => {
  test.each(['exclusive', 'inclusive'] as const)('every generated document has the same %s form', async (kind) => {
    const lists = fc.array(documents(wholeAlphabet), { minLength: 25, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 40 }), async (list, pieceSize) => {
        const ours = list.map((document) => canonicalise(document, { kind, comments: true }, pieceSize)).join('');
        expect(ours).toBe(await canonicaliseWithXmllint(list, kind));
      }),
      { numRuns: 10 },
    );
  });
  test('a canonical form is its own canonical form', async () => {
    const lists = fc.array(documents(wholeAlphabet), { minLength: 25, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const once = list.map((document) => canonicalise(document, withComments));
        expect(once.map((document) => canonicalise(document, withComments))).toEqual(once);
        expect(await canonicaliseWithXmllint(once)).toBe(once.join(''));
      }),
      { numRuns: 4 },
    );
  });
});

describeWithSamples('real metadata', (folder) => {
  describeWith(['xmllint'], 'beside xmllint', () => {
    test.each(readdirSync(folder).filter((name) => name.endsWith('.xml')))('%s', async (name) => {
      const document = readFileSync(join(folder, name));
      for (const kind of ['exclusive', 'inclusive'] as const) {
        const theirs = await canonicaliseWithXmllint([document], kind);
        expect(canonicalise(document, { kind, comments: true }) === theirs).toBe(true);
      }
    });
  });
});

describe('beside xml-crypto', () => {
  const root = (document: string) => new DOMParser().parseFromString(document, 'text/xml').documentElement;
  const parsed = (document: string) => document.replace(/^\uFEFF/, '').trim();
  /** Comments outside the root, which xml-crypto is not given. */
  const trimOutside = (canonical: string) =>
    canonical.replace(/^(?:<!--(?:(?!-->)[\s\S])*-->\n)+/, '').replace(/>(?:\n<!--(?:(?!-->)[\s\S])*-->)+$/, '>');

  test.each([
    ['without comments', false, new ExclusiveCanonicalization()],
    ['with comments', true, new ExclusiveCanonicalizationWithComments()],
  ] as const)('every generated document has the same form, %s', (_, comments, judge) => {
    fc.assert(
      fc.property(documents(modestAlphabet), (document) => {
        const theirs = judge.process(root(parsed(document)) as never, {});
        expect(trimOutside(canonicalise(document, { comments }))).toBe(theirs.toString());
      }),
      { numRuns: 100 },
    );
  });
});

describe('the PrefixList', () => {
  const document =
    '<r xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b"><p:c xmlns:p="urn:p"><x xmlns="" a:y="1"/></p:c></r>';
  test.each<[string[], string]>([
    [[], '<r xmlns="urn:d"><p:c xmlns:p="urn:p"><x xmlns="" xmlns:a="urn:a" a:y="1"></x></p:c></r>'],
    [['b'], '<r xmlns="urn:d" xmlns:b="urn:b"><p:c xmlns:p="urn:p"><x xmlns="" xmlns:a="urn:a" a:y="1"></x></p:c></r>'],
    [['a'], '<r xmlns="urn:d" xmlns:a="urn:a"><p:c xmlns:p="urn:p"><x xmlns="" a:y="1"></x></p:c></r>'],
    [['xml', 'none'], '<r xmlns="urn:d"><p:c xmlns:p="urn:p"><x xmlns="" xmlns:a="urn:a" a:y="1"></x></p:c></r>'],
  ])('%j', (inclusivePrefixes, expected) => {
    expect(canonicalise(document, { comments: false, inclusivePrefixes })).toBe(expected);
  });
  test('what is declared anew counts inside that element only', () => {
    const nested = '<r xmlns:b="urn:1"><c xmlns:b="urn:2"><e/></c><d/></r>';
    expect(canonicalise(nested, { comments: false, inclusivePrefixes: ['b'] })).toBe(
      '<r xmlns:b="urn:1"><c xmlns:b="urn:2"><e></e></c><d></d></r>',
    );
  });
  test('an empty string is #default', () => {
    const nested = '<a:r xmlns="urn:d" xmlns:a="urn:a"><a:c/><a:c xmlns=""/></a:r>';
    expect(canonicalise(nested, { comments: false, inclusivePrefixes: [''] })).toBe(
      '<a:r xmlns="urn:d" xmlns:a="urn:a"><a:c></a:c><a:c xmlns=""></a:c></a:r>',
    );
  });
});

describe('the inclusive form', () => {
  const inclusive = (document: string): string => canonicalise(document, { kind: 'inclusive', comments: false });
  test.each([
    ['shows what nobody uses', '<r xmlns:a="urn:a"><c/></r>', '<r xmlns:a="urn:a"><c></c></r>'],
    [
      'shows nothing again that is the same above',
      '<r xmlns="urn:d" xmlns:a="urn:a"><c xmlns="urn:d" xmlns:a="urn:a"/></r>',
      '<r xmlns="urn:d" xmlns:a="urn:a"><c></c></r>',
    ],
    [
      'shows what is bound anew, and again after that',
      '<r xmlns:a="urn:1"><c xmlns:a="urn:2"><d xmlns:a="urn:1"/></c><e xmlns:a="urn:1"/></r>',
      '<r xmlns:a="urn:1"><c xmlns:a="urn:2"><d xmlns:a="urn:1"></d></c><e></e></r>',
    ],
    [
      'undeclares a default namespace only where there is one',
      '<r xmlns=""><c xmlns="urn:d"><d xmlns=""><e xmlns=""/></d></c></r>',
      '<r><c xmlns="urn:d"><d xmlns=""><e></e></d></c></r>',
    ],
    [
      'never shows the xml prefix',
      '<r xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:base="b"><c/></r>',
      '<r xml:base="b"><c></c></r>',
    ],
    ['leaves comments out', '<!--1--><r><!--2--></r><!--3-->', '<r></r>'],
  ])('%s', (_, document, expected) => {
    expect(inclusive(document)).toBe(expected);
  });

  describe('of a part of a document', () => {
    const part = parseXml(Buffer.from('<p:c xmlns:p="urn:p" xmlns:a="urn:2" xml:lang="en"><d/></p:c>'));
    const around = {
      namespaces: new Map([
        ['', 'urn:d'],
        ['a', 'urn:1'],
      ]),
      xmlAttributes: ['lang', 'space'].map((localName) => ({
        prefix: 'xml',
        localName,
        namespace: ns.xml,
        value: 'above',
      })),
    };
    test('takes namespaces and the attributes of the xml prefix from around it, unless it has its own', () => {
      expect(canonicaliseElement(part, { kind: 'inclusive', comments: false }, around).toString()).toBe(
        '<p:c xmlns="urn:d" xmlns:a="urn:2" xmlns:p="urn:p" xml:lang="en" xml:space="above"><d></d></p:c>',
      );
    });
    test('which the exclusive form does not', () => {
      expect(canonicaliseElement(part, { comments: false }, around).toString()).toBe(
        '<p:c xmlns:p="urn:p" xml:lang="en"><d></d></p:c>',
      );
    });
  });
});

describe('what Canonical XML says', () => {
  test.each([
    [
      'escapes',
      '<a b="&#9;&#10;&#13;&amp;&lt;&quot;&apos;>">&#13;&gt;&amp;&lt;"</a>',
      '<a b="&#x9;&#xA;&#xD;&amp;&lt;&quot;\'>">&#xD;&gt;&amp;&lt;"</a>',
    ],
    ['line ends', '<a b="\r\n\r\n\t">\r\n\r\n\r</a>', '<a b="   ">\n\n\n</a>'],
    [
      'NEL and U+2028 are no line ends',
      '<a b="\u0085\u2028">\r\u0085\u2028</a>',
      '<a b="\u0085\u2028">\n\u0085\u2028</a>',
    ],
    // Neither xmllint nor xml-crypto escapes here, so that they write what is no XML; section 2.3 leaves no doubt.
    [
      'a namespace name is an attribute value',
      '<a xmlns="urn:x&amp;&lt;&quot;"/>',
      '<a xmlns="urn:x&amp;&lt;&quot;"></a>',
    ],
    ['outside the root', '<?p  q ?><!--c--><a/> <?z?>\n<!--d-->', '<?p q ?>\n<!--c-->\n<a></a>\n<?z?>\n<!--d-->'],
    [
      'code point order',
      '<a 𐀀="1" ｱ="2" xmlns:𐀀="urn:1" xmlns:ｱ="urn:1" 𐀀:b="3" ｱ:a="4"/>',
      '<a xmlns:ｱ="urn:1" xmlns:𐀀="urn:1" ｱ="2" 𐀀="1" ｱ:a="4" 𐀀:b="3"></a>',
    ],
    [
      'the xml prefix',
      '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="ja" z="1"/>',
      '<a z="1" xml:lang="ja"></a>',
    ],
  ])('%s', (_, document, expected) => {
    expect(canonicalise(document, withComments)).toBe(expected);
  });
});
