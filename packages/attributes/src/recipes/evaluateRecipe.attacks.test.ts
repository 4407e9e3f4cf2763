// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import type { Person } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLimit } from '../syntax.ts';
import { examplePerson } from '../testing/examples.ts';
import { evaluateRecipe, runRecipe } from './evaluateRecipe.ts';
import { readExpression } from './expression.ts';
import { anyAttributes, anyRecipe } from './testing/anyRecipe.ts';
import type { AttributeRecipe } from './types.ts';

const context = { scope: 'example.ac.jp', affiliations: ['student', '__proto__', 'constructor'] };
const from = (name: string): AttributeRecipe => ({ kind: 'direct', from: name });
const make = (recipe: AttributeRecipe, attributes: Person['attributes']) =>
  evaluateRecipe(recipe, examplePerson(attributes), context);

describe('values that were written to do harm', () => {
  test.each([['${secret}'], ['$1'], ['$&'], ['$<name>'], ["$'"], ['$`'], ['$$'], ['{${secret}}']])(
    '%s in a value is a value, wherever it is put',
    (value) => {
      const attributes = { a: [value], secret: ['hunter2'] };
      expect(make({ kind: 'template', text: '<${a}>' }, attributes)).toEqual([`<${value}>`]);
      expect(make({ kind: 'template', text: '${a}${a}' }, attributes)).toEqual([`${value}${value}`]);
      expect(make({ kind: 'regex', value: from('a'), match: '(.*)', replace: '<$1>' }, attributes)).toEqual([
        `<${value}>`,
      ]);
      expect(make({ kind: 'map', value: from('a'), to: { x: ['y'] }, otherwise: 'keep' }, attributes)).toEqual([value]);
      const nested: AttributeRecipe = { kind: 'regex', value: from('a'), match: '.*', replace: '$$1' };
      expect(make(nested, attributes)).toEqual(['$1']);
    },
  );

  test.each([['$&'], ['$<name>'], ['$0'], ["$'"]])('%s in a replacement stands for nothing of the value', (replace) => {
    const recipe: AttributeRecipe = { kind: 'regex', value: from('a'), match: '(?<name>.*)', replace };
    expect(make(recipe, { a: ['hunter2'] })).toEqual([replace]);
  });

  test.each([['__proto__'], ['constructor'], ['toString'], ['hasOwnProperty'], ['length']])(
    '%s as the name of an attribute, the key of a map, a template or a branch is a name like any other',
    (name) => {
      const missing: readonly AttributeRecipe[] = [
        from(name),
        { kind: 'template', text: `\${${name}}` },
        { kind: 'map', value: { kind: 'static', values: [name] }, to: {}, otherwise: 'drop' },
        { kind: 'byAffiliation', of: {}, otherwise: undefined },
      ];
      for (const recipe of missing) expect(make(recipe, {})).toEqual([]);
      const own = Object.fromEntries([[name, ['v']]]);
      expect(make(from(name), own)).toEqual(['v']);
      expect(make({ kind: 'template', text: `\${${name}}` }, own)).toEqual(['v']);
      expect(make({ kind: 'map', value: { kind: 'static', values: [name] }, to: own, otherwise: 'drop' }, {})).toEqual([
        'v',
      ]);
    },
  );

  test('a directory that gives 100,000 values costs no more than a few thousand, and 200 come out', () => {
    const many = Array.from({ length: 100_000 }, (_none, index) => `v${index}`);
    const both: AttributeRecipe = { kind: 'all', of: [from('a'), from('a'), { kind: 'template', text: '${a}' }] };
    const recipe: AttributeRecipe = { kind: 'regex', value: both, match: '(.*)', replace: '$1$1$1$1' };
    expect(make(recipe, { a: many })).toHaveLength(200);
    expect(runRecipe(recipe, examplePerson({ a: many }), context).values.length).toBeLessThanOrEqual(5000);
  });

  test('a long value stays long, so that it is withheld as such, and is not multiplied', () => {
    const novel = 'x'.repeat(1_000_000);
    const text = '${a}'.repeat(1000);
    for (const recipe of [from('a'), { kind: 'template', text } as const]) {
      expect(make(recipe, { a: [novel] }).map(({ length }) => length)).toEqual([valueLimit + 1]);
    }
    const replace = '$1'.repeat(1000);
    const line = 'x'.repeat(valueLimit);
    expect(make({ kind: 'regex', value: from('a'), match: '(.*)', replace }, { a: [line] })[0]).toHaveLength(
      valueLimit + 1,
    );
    expect(make({ kind: 'regex', value: from('a'), match: '(.*)', replace }, { a: [`${line}x`] })).toEqual([]);
  });

  test('halves of surrogate pairs never join to a character that nobody wrote', () => {
    expect(make({ kind: 'template', text: '${a}${b}' }, { a: ['\ud842'], b: ['\udfb7'] })).toEqual([]);
    expect(make({ kind: 'template', text: '${a}' }, { a: ['𠮷'] })).toEqual(['𠮷']);
  });

  test('recipes that are nested without end make nothing', () => {
    let deep: AttributeRecipe = from('a');
    for (let depth = 0; depth < 5000; depth += 1) deep = { kind: 'first', of: [deep] };
    expect(make(deep, { a: ['v'] })).toEqual([]);
  });
});

describe('expressions that could take for ever', () => {
  test.each([
    ['(a+)+'],
    ['(a*)*b'],
    ['(?:a|a)+b'],
    ['(?<x>.*,)+'],
    ['((ab)?c?)*'],
    ['(a?){40}'],
    ['(?:(?:a{1,9}){1,9}){1,9}'],
    ['.*.*.*.*.*x'],
    ['(?=(a+)+b)a*'],
    ['(?:a?){23}a{23}'],
    ['(?:a{0,9}){5}(?:ab?){40}'],
    ['(?:(?:(?:a{1000}){1000}){1000})'],
  ])('%s is refused, and makes nothing where it was not', (match) => {
    expect(readExpression(match)).toHaveProperty('problem');
    expect(make({ kind: 'regex', value: from('a'), match, replace: 'x' }, { a: ['a', 'aab'] })).toEqual([]);
  });

  test.each([['a)(b'], ['('], ['['], ['\\'], ['a{2,1}'], ['(?<n>a)(?<n>b)'], ['\\k<x>(?<y>)']])(
    '%s is no expression',
    (match) => {
      expect(readExpression(match)).toEqual({ problem: expect.stringMatching(/^is no regular expression: ./) });
    },
  );

  test.each<[string, number]>([
    ['(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX])', valueLimit],
    ['cn=([^,]+),ou=groups,.*', valueLimit],
    ['(?:urn|https?):([^\\s()|+*]+)', valueLimit],
    ['(\\p{L}+) (\\p{L}+) ?(\\p{L}*)', 170],
    ['(?i:[a-z]+)@(?!evil)[^@]+\\.(.+)', 215],
    ['([a-z0-9]{2,8}-){3}x', valueLimit],
    ['[(+|)*]+', valueLimit],
    ['.*.*a{500}b', 445],
    ['\\(+\\|', valueLimit],
  ])('%s is good for values of up to %d characters', (match, longest) => {
    expect(readExpression(match)).toMatchObject({ longest });
  });

  test.each<[string, string]>([
    ['.*.*.*.*x', 'a'],
    ['((\\w)+){3}b', 'a'],
    ['(.*)a(.*)a(.*)x', 'a'],
    ['(?:a?){20}a{20}', 'a'],
    ['.*.*a{500}b', 'a'],
  ])('%s answers soon about the worst value that it is given', (match, letter) => {
    const expression = readExpression(match);
    if ('problem' in expression) throw new Error(expression.problem);
    const begin = process.cpuUsage().user;
    expect(expression.match(letter.repeat(expression.longest))).toBeUndefined();
    expect((process.cpuUsage().user - begin) / 1000).toBeLessThan(2000);
  });
});

test('many values that are slow together are not all given to an expression', () => {
  const recipe: AttributeRecipe = { kind: 'regex', value: from('a'), match: '((\\w)+){3}', replace: '$1' };
  const slow = Array.from({ length: 5000 }, (_none, index) => `${'a'.repeat(200)}${index}`);
  const begin = process.cpuUsage().user;
  expect(make(recipe, { a: slow })).toHaveLength(1);
  expect((process.cpuUsage().user - begin) / 1000).toBeLessThan(2000);
  const short = Array.from({ length: 1000 }, (_none, index) => `v${index}`);
  expect(make({ ...recipe, match: '(v)(\\w+)', replace: '$2' }, { a: short })).toHaveLength(200);
});

describe('whatever a recipe is and a person has', () => {
  test('evaluation throws never, and gives few values', () => {
    fc.assert(
      fc.property(anyRecipe, anyAttributes, (recipe, attributes) => {
        const values = make(recipe, attributes);
        expect(values.length).toBeLessThanOrEqual(200);
        expect(new Set(values).size).toBe(values.length);
        for (const value of values) expect(value.length).toBeLessThanOrEqual(valueLimit + 1);
      }),
      { numRuns: 500 },
    );
  });

  test('it tells of nobody but that person, whoever was asked about before', () => {
    const of = (mark: string, attributes: Person['attributes']) =>
      examplePerson(
        Object.fromEntries(Object.entries(attributes).map(([name, all]) => [name, all.map((one) => `${mark}${one}`)])),
        mark,
      );
    fc.assert(
      fc.property(anyRecipe, anyAttributes, (recipe, attributes) => {
        const alone = evaluateRecipe(structuredClone(recipe), of('私', attributes), context);
        evaluateRecipe(recipe, of('他', attributes), context);
        const after = evaluateRecipe(recipe, of('私', attributes), context);
        expect(after).toEqual(alone);
        expect(after.join()).not.toContain('他');
      }),
      { numRuns: 300 },
    );
  });
});
