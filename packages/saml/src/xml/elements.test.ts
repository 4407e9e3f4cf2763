import { describe, expect, test } from '@jest/globals';
import { attributeOf, findChild, listChildren, textOf } from './elements.ts';
import { parseXml } from './parseXml.ts';

const parse = (document: string) => parseXml(Buffer.from(document));

describe('textOf', () => {
  test.each([
    ['<n>admin@example.ac.jp<!-- -->.evil.example</n>', 'admin@example.ac.jp.evil.example'],
    ['<n><!-- a -->admin<?b c?>.evil</n>', 'admin.evil'],
    ['<n>a<![CDATA[<b>]]>&amp;c</n>', 'a<b>&c'],
    ['<n/>', ''],
  ])('%s', (document, expected) => {
    expect(textOf(parse(document))).toBe(expected);
  });
  test('an element inside is an error, not a shorter text', () => {
    expect(() => textOf(parse('<n>admin<x/>.evil</n>'))).toThrow('xml-malformed');
  });
});

describe('children and attributes', () => {
  const root = parse(
    '<r xmlns="urn:x" xmlns:p="urn:y" a="1" p:a="2"><p:c/>t<c n="1"/><!--c--><c n="2"><c n="3"/></c></r>',
  );

  test('are found by namespace and local name, whatever the prefix', () => {
    expect(listChildren(root, 'urn:x', 'c').map((child) => attributeOf(child, 'n'))).toEqual(['1', '2']);
    expect(findChild(root, 'urn:y', 'c')?.prefix).toBe('p');
    expect(findChild(root, '', 'c')).toBeUndefined();
  });
  test('an attribute without prefix has no namespace', () => {
    expect(attributeOf(root, 'a')).toBe('1');
    expect(attributeOf(root, 'a', 'urn:y')).toBe('2');
    expect(attributeOf(root, 'a', 'urn:x')).toBeUndefined();
  });
  test('text that touches is one text', () => {
    expect(parse('<a>1<![CDATA[2]]>3&#52;<b/>5</a>').children).toMatchObject([
      { kind: 'text', value: '1234' },
      { kind: 'element' },
      { kind: 'text', value: '5' },
    ]);
  });
});
