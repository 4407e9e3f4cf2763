import { expect, test } from '@jest/globals';
import { canonicaliseElement, createDocumentCanonicaliser } from './canonicalForm.ts';
import { createExclusiveRule } from './exclusive.ts';
import { createInclusiveRule } from './inclusive.ts';
import type { XmlStart } from './nodes.ts';
import { parseXml } from './parseXml.ts';
import { readXml } from './readXml.ts';
import { createShownNamespaces } from './shownNamespaces.ts';

const declared = (...prefixes: readonly string[]) => prefixes.map((prefix) => ({ prefix, namespace: `urn:${prefix}` }));
const all = (context: ReadonlyMap<string, string>): object => Object.fromEntries(context);

test('an element puts back what it has replaced, and takes away what it has added', () => {
  const { shown, enter, leave } = createShownNamespaces();
  enter(declared('a', 'b'));
  enter([{ prefix: 'a', namespace: 'urn:other' }, ...declared('b', 'c')]);
  expect(all(shown)).toEqual({ a: 'urn:other', b: 'urn:b', c: 'urn:c' });
  enter([]);
  leave();
  leave();
  expect(all(shown)).toEqual({ a: 'urn:a', b: 'urn:b' });
  leave();
  expect(all(shown)).toEqual({});
});

test('what a tag shows already, and the prefix xml, is not shown again', () => {
  const { enter } = createShownNamespaces();
  expect(enter([...declared('a', 'a', 'xml'), { prefix: '', namespace: '' }])).toEqual(declared('a'));
  expect(enter(declared('a'))).toEqual([]);
});

const child: XmlStart = {
  kind: 'start',
  prefix: 'q',
  localName: 'b',
  namespace: 'urn:q',
  attributes: [],
  declarations: [{ prefix: 'q', namespace: 'urn:q' }],
};

test.each([
  ['exclusive', createExclusiveRule([], new Map())],
  ['inclusive', createInclusiveRule()],
] as const)('%s: thousands of small elements deep in declarations share one table, and copy none', (_kind, rule) => {
  const table = rule.rendered();
  const declarations = declared(...Array.from({ length: 200 }, (_, at) => `p${at}`));
  const attributes = declarations.map((one) => ({ ...one, localName: 'a', value: '' }));
  rule.enter({ ...child, attributes, declarations });
  for (let times = 0; times < 1000; times++) {
    rule.enter(child);
    expect(rule.rendered()).toBe(table);
    rule.leave();
  }
  rule.leave();
  expect(table.size).toBe(0);
});

/** As many prefixes as a tag may have, on each of some elements inside one another, which use all of them. */
function deepDeclarations(depth: number): Buffer {
  const tags = Array.from({ length: depth }, (_, level) => {
    const prefixes = Array.from({ length: 64 }, (_each, at) => `p${level}x${at}`);
    return `<a ${prefixes.map((one) => `xmlns:${one}="u" ${one}:${one}=""`).join(' ')}>`;
  });
  return Buffer.from(tags.join('') + '</a>'.repeat(depth));
}

test.each(['exclusive', 'inclusive'] as const)(
  '%s: more prefixes above one another than anybody has are refused while they come',
  (kind) => {
    const canonicalise = (depth: number): void => {
      const reader = readXml(createDocumentCanonicaliser({ kind, comments: false }, () => {}).add);
      reader.write(deepDeclarations(depth));
    };
    expect(() => canonicalise(4)).not.toThrow();
    expect(() => canonicalise(5)).toThrow(expect.objectContaining({ code: 'xml-limit' }));
  },
);

test('of a PrefixList, an element shows those that it declares itself, and the first one all that are in scope', () => {
  const root = parseXml(
    Buffer.from('<r xmlns:a="1" xmlns:b="2"><s xmlns:b="3" xmlns:c="4"><t xmlns:b="3"/></s><u/></r>'),
  );
  const form = { comments: false, inclusivePrefixes: ['a', 'b', 'o', 'o'] };
  const around = { namespaces: new Map([...Object.entries({ a: '0', o: '9', z: '8' })]), xmlAttributes: [] };
  expect(canonicaliseElement(root, form, around).toString()).toBe(
    '<r xmlns:a="1" xmlns:b="2" xmlns:o="9"><s xmlns:b="3"><t></t></s><u></u></r>',
  );
});
