import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, describeWithSamples } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { ExclusiveCanonicalization, ExclusiveCanonicalizationWithComments } from 'xml-crypto';
import { documents, modestAlphabet, wholeAlphabet } from '../judges/documents.ts';
import { canonicaliseWithXmllint } from '../judges/xmllint.ts';
import { createExclusiveCanonicaliser, type ExclusiveOptions } from './exclusive.ts';
import { aggregateXmlLimits } from './limits.ts';
import { readXml } from './readXml.ts';

function canonicalise(document: string | Uint8Array, options: ExclusiveOptions, pieceSize = 1 << 16): string {
  const pieces: Uint8Array[] = [];
  const canonicaliser = createExclusiveCanonicaliser(options, (bytes) => pieces.push(bytes));
  const reader = readXml(canonicaliser.add, aggregateXmlLimits);
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += pieceSize) reader.write(bytes.subarray(at, at + pieceSize));
  reader.end();
  canonicaliser.finish();
  return Buffer.concat(pieces).toString('utf8');
}

const withComments = { comments: true };

describeWith(['xmllint'], 'beside xmllint', () => {
  test('every generated document has the same exclusive canonical form', async () => {
    const lists = fc.array(documents(wholeAlphabet), { minLength: 25, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 1, max: 40 }), async (list, pieceSize) => {
        const ours = list.map((document) => canonicalise(document, withComments, pieceSize)).join('');
        expect(ours).toBe(await canonicaliseWithXmllint(list));
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
      expect(canonicalise(document, withComments) === (await canonicaliseWithXmllint([document]))).toBe(true);
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
