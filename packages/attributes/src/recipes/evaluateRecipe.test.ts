// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import { describe, expect, test } from '@jest/globals';
import { examplePerson } from '../testing/examples.ts';
import { evaluateRecipe } from './evaluateRecipe.ts';
import type { AttributeRecipe } from './types.ts';

const from = (name: string): AttributeRecipe => ({ kind: 'direct', from: name });
const fixed = (...values: string[]): AttributeRecipe => ({ kind: 'static', values });
const person = examplePerson({
  cn: ['Hanako Gakumon'],
  'displayName;lang-ja': ['学門 花子'],
  uid: ['hanako'],
  mail: [],
  mailAlternateAddress: ['h@example.ac.jp', 'hanako@example.ac.jp'],
  employeeType: ['教授', '嘱託'],
  orcid: ['0000-0002-1825-0097', 'none'],
});

const make = (recipe: AttributeRecipe, affiliations: readonly string[] = []) =>
  evaluateRecipe(recipe, person, { scope: 'example.ac.jp', affiliations });

describe('evaluateRecipe', () => {
  test.each<[string, AttributeRecipe, readonly string[]]>([
    ['direct: an attribute as it is', from('cn'), ['Hanako Gakumon']],
    ['direct: with its options', from('displayName;lang-ja'), ['学門 花子']],
    ['direct: the login name', from('username'), ['s1234567']],
    ['direct: the directory', from('directory'), ['local']],
    ['direct: the groups', from('groups'), ['students']],
    ['direct: what nobody gave', from('sn'), []],
    ['static', fixed('学門大学', '学門短期大学'), ['学門大学', '学門短期大学']],
    ['scoped: by the directory', { kind: 'scoped', value: from('uid'), scope: undefined }, ['hanako@example.ac.jp']],
    ['scoped: by its own', { kind: 'scoped', value: from('uid'), scope: 'med.ac.jp' }, ['hanako@med.ac.jp']],
    ['template', { kind: 'template', text: '${cn} (${uid})' }, ['Hanako Gakumon (hanako)']],
    ['template: a name twice', { kind: 'template', text: '${uid}/${uid}' }, ['hanako/hanako']],
    ['template: nothing for one of the names', { kind: 'template', text: '${cn} ${sn}' }, []],
    ['template: several values for one', { kind: 'template', text: '${mailAlternateAddress}' }, []],
    ['template: one that is there and empty', { kind: 'template', text: 'x${mail}' }, []],
    [
      'map: others are dropped',
      { kind: 'map', value: from('employeeType'), to: { 教授: ['faculty', 'staff'] }, otherwise: 'drop' },
      ['faculty', 'staff'],
    ],
    [
      'map: others are kept',
      { kind: 'map', value: from('employeeType'), to: { 教授: ['faculty'] }, otherwise: 'keep' },
      ['faculty', '嘱託'],
    ],
    ['map: to nothing', { kind: 'map', value: from('employeeType'), to: { 教授: [] }, otherwise: 'keep' }, ['嘱託']],
    [
      'regex: what does not match is dropped',
      {
        kind: 'regex',
        value: from('orcid'),
        match: '(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX])',
        replace: 'https://orcid.org/$1',
      },
      ['https://orcid.org/0000-0002-1825-0097'],
    ],
    ['regex: the whole value', { kind: 'regex', value: from('uid'), match: 'hana', replace: 'x' }, []],
    ['regex: a choice is anchored as a whole', { kind: 'regex', value: from('uid'), match: 'h|o', replace: 'x' }, []],
    ['regex: a dollar', { kind: 'regex', value: from('uid'), match: '(h)(.*)', replace: '$$$2$1' }, ['$anakoh']],
    ['regex: a group left out', { kind: 'regex', value: from('uid'), match: '(x)?.*', replace: '[$1]' }, ['[]']],
    ['first', { kind: 'first', of: [from('mail'), from('sn'), from('uid'), from('cn')] }, ['hanako']],
    ['first: none', { kind: 'first', of: [from('mail')] }, []],
    ['all, each value once', { kind: 'all', of: [from('uid'), from('mail'), fixed('x', 'hanako')] }, ['hanako', 'x']],
  ])('%s', (_case, recipe, values) => {
    expect(make(recipe)).toEqual(values);
  });

  test('nothing scoped is made without a scope', () => {
    const recipe: AttributeRecipe = { kind: 'scoped', value: from('uid'), scope: undefined };
    expect(evaluateRecipe(recipe, person, { scope: undefined, affiliations: [] })).toEqual([]);
  });

  test('byAffiliation: all that are named, else the other one', () => {
    const recipe: AttributeRecipe = {
      kind: 'byAffiliation',
      of: { student: fixed('s'), faculty: fixed('f') },
      otherwise: from('uid'),
    };
    expect(make(recipe, ['student', 'member', 'faculty'])).toEqual(['s', 'f']);
    expect(make(recipe, ['member'])).toEqual(['hanako']);
    expect(make({ ...recipe, otherwise: undefined }, ['member'])).toEqual([]);
  });

  test('recipes stand inside one another', () => {
    const number: AttributeRecipe = { kind: 'regex', value: from('username'), match: '[a-z](\\d+)', replace: '$1' };
    const code: AttributeRecipe = {
      kind: 'regex',
      value: { kind: 'first', of: [from('sn'), number] },
      match: '(.+)',
      replace: 'student:$1',
    };
    expect(make({ kind: 'scoped', value: code, scope: undefined })).toEqual(['student:1234567@example.ac.jp']);
  });
});
