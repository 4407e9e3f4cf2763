// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import type { Person } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeValueText } from './attributeValueText.ts';
import { dictionary } from './dictionary.ts';
import { anyAttributes, anyRecipe } from './recipes/testing/anyRecipe.ts';
import type { AttributeRecipe, AttributeRecipes } from './recipes/types.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { parseAttributeValue } from './syntax.ts';
import { asTable, exampleContext, examplePerson, resolveExample } from './testing/examples.ts';

const from = (name: string): AttributeRecipe => ({ kind: 'direct', from: name });
const fixed = (...values: string[]): AttributeRecipe => ({ kind: 'static', values });
const scoped = (value: AttributeRecipe, scope?: string): AttributeRecipe => ({ kind: 'scoped', value, scope });

const resolve = (attributes: Person['attributes'], recipes: AttributeRecipes['recipes'], defaults = true) =>
  resolveExample(attributes, { recipes: { recipes, defaults }, scopes: ['example.ac.jp', 'med.example.ac.jp'] });

describe('resolveAttributes by attributes.yaml', () => {
  test('a recipe wins over what the directory says, and over what is made by default', () => {
    const attributes = { displayName: ['Directory'], cn: ['Recipe'], uid: ['hanako'] };
    const { table, withheld } = resolve(attributes, {
      displayName: from('cn'),
      eduPersonPrincipalName: scoped(from('uid')),
      'subject-id': scoped(from('uid'), 'med.example.ac.jp'),
    });
    expect(table.displayName).toEqual(['Recipe']);
    expect(table.eduPersonPrincipalName).toEqual(['hanako@example.ac.jp']);
    expect(table['subject-id']).toEqual(['hanako@med.example.ac.jp']);
    expect(withheld).toEqual([]);
  });

  test('what is not made by its recipe is not made by default either', () => {
    const { table } = resolve(
      { displayName: ['Directory'], affiliation: ['student'] },
      { displayName: from('cn'), eduPersonPrincipalName: scoped(from('uid')), eduPersonAffiliation: from('x') },
    );
    expect(table).not.toHaveProperty('displayName');
    expect(table).not.toHaveProperty('eduPersonPrincipalName');
    expect(table).not.toHaveProperty('eduPersonAffiliation');
    expect(table).not.toHaveProperty('eduPersonScopedAffiliation');
  });

  test('none: the attribute is not made at all, those for one service included', () => {
    const none = { displayName: undefined, eduPersonTargetedID: undefined, 'pairwise-id': undefined };
    const { table, withheld } = resolve({ displayName: ['Directory'], eduPersonTargetedID: ['x'] }, none);
    expect(Object.keys(table)).toEqual(['schacHomeOrganization', 'eduPersonPrincipalName', 'subject-id']);
    expect(withheld).toEqual([]);
  });

  test('defaults: false makes nothing without a recipe, but for what is made for each service', () => {
    const { table } = resolve({ displayName: ['A'], mail: ['a@example.ac.jp'] }, { mail: from('mail') }, false);
    expect(Object.keys(table)).toEqual(['mail', 'eduPersonTargetedID', 'pairwise-id']);
  });

  test('a recipe never makes what is made for each service', () => {
    const { table } = resolve({}, { eduPersonTargetedID: fixed('same'), 'pairwise-id': fixed('same@example.ac.jp') });
    expect(JSON.stringify(table)).not.toContain('same');
    expect(table).toHaveProperty('eduPersonTargetedID');
  });

  test('the affiliation comes first: the scoped one and what differs by affiliation are made of it', () => {
    const { table } = resolve(
      { employeeType: ['教授', '学生', '客員'], studentNumber: ['S-1'], employeeNumber: ['E-9'] },
      {
        eduPersonAffiliation: {
          kind: 'map',
          value: from('employeeType'),
          to: { 教授: ['faculty'], 学生: ['student'] },
          otherwise: 'drop',
        },
        gakuninScopedPersonalUniqueCode: {
          kind: 'byAffiliation',
          of: {
            student: scoped({ kind: 'template', text: 'student:${studentNumber}' }),
            faculty: scoped({ kind: 'template', text: 'faculty:${employeeNumber}' }),
          },
          otherwise: undefined,
        },
      },
    );
    expect(table.eduPersonAffiliation).toEqual(['faculty', 'student', 'member']);
    expect(table.eduPersonScopedAffiliation).toEqual(
      ['faculty', 'student', 'member'].map((one) => `${one}@example.ac.jp`),
    );
    expect(table.gakuninScopedPersonalUniqueCode).toEqual(['faculty:E-9@example.ac.jp', 'student:S-1@example.ac.jp']);
  });

  test('groups become isMemberOf, and a universities of one IdP their names', () => {
    const { table } = resolve(
      {},
      {
        isMemberOf: {
          kind: 'regex',
          value: from('groups'),
          match: '([a-z]+)',
          replace: 'https://example.ac.jp/groups/$1',
        },
        o: fixed('Example University', 'Example College'),
        schacHomeOrganization: fixed('med.example.ac.jp'),
        eduPersonAssurance: fixed('https://refeds.org/assurance', 'https://www.gakunin.jp/profile/IAL2'),
      },
    );
    expect(table.isMemberOf).toEqual(['https://example.ac.jp/groups/students']);
    expect(table.o).toEqual(['Example University', 'Example College']);
    expect(table.schacHomeOrganization).toEqual(['med.example.ac.jp']);
    expect(table.eduPersonAssurance).toHaveLength(2);
  });

  test.each<[string, string, AttributeRecipe, string]>([
    ['a foreign scope', 'eduPersonPrincipalName', scoped(from('cn'), 'other.ac.jp'), 'scope'],
    ['two scopes', 'eduPersonPrincipalName', scoped(scoped(from('cn'))), 'syntax'],
    ['several identifiers', 'subject-id', scoped(fixed('a', 'b')), 'several-values'],
    ['a strength of login', 'eduPersonAssurance', fixed('https://www.gakunin.jp/profile/AAL2'), 'computed-only'],
    ['a word of eduPerson', 'eduPersonAffiliation', fixed('employee'), 'vocabulary'],
    ['what is no URI', 'isMemberOf', from('groups'), 'syntax'],
    ['half a character', 'displayName', fixed('\ud83d'), 'forbidden-character'],
    ['nothing in it', 'displayName', fixed(' '), 'empty'],
  ])('%s made by a recipe is withheld and reported', (_case, id, recipe, code) => {
    const { table, withheld } = resolve({ cn: ['hunter2'] }, { [id]: recipe });
    expect(table).not.toHaveProperty([id]);
    expect(new Set(withheld)).toEqual(new Set([`${id} ${code}`]));
  });

  test('a directory that gives 100,000 values has 200 looked at, and that is told', () => {
    const many = Array.from({ length: 100_000 }, (_none, index) => `urn:x:${index}`);
    for (const recipes of [{}, { isMemberOf: from('isMemberOf') }]) {
      const { table, withheld } = resolve({ isMemberOf: many }, recipes);
      expect(table.isMemberOf).toHaveLength(200);
      expect(withheld).toEqual(['isMemberOf too-many']);
    }
  });
});

describe('while a source is away', () => {
  const person = (attributes: Person['attributes']): Person => ({
    ...examplePerson(attributes),
    sourcesAway: ['hr', 'library'],
  });
  const either: AttributeRecipe = { kind: 'first', of: [from('fromHr'), from('uid')] };
  const resolveAway = (attributes: Person['attributes'], recipes: AttributeRecipes['recipes']) => {
    const context = exampleContext({ recipes: { recipes, defaults: true } });
    const { resolved, withheld } = resolveAttributes(person(attributes), context);
    return { table: asTable(resolved), withheld };
  };

  test('an attribute whose recipe reads what nobody gave is told of', () => {
    const { table, withheld } = resolveAway({ cn: ['A'] }, { displayName: from('cn'), jaou: from('fromHr') });
    expect(table.displayName).toEqual(['A']);
    expect(withheld).toEqual([
      {
        attribute: 'jaou',
        value: '',
        code: 'source-missing',
        reason: 'its recipe reads fromHr, which nobody gave while hr, library could not be asked',
      },
    ]);
  });

  test('the second choice may be sent, but an identifier is not made of it: it would be another account', () => {
    const recipes = { displayName: either, eduPersonPrincipalName: scoped(either) };
    const { table, withheld } = resolveAway({ uid: ['hanako'] }, recipes);
    expect(table.displayName).toEqual(['hanako']);
    expect(table).not.toHaveProperty('eduPersonPrincipalName');
    expect(withheld.map(({ attribute, code }) => `${attribute} ${code}`)).toEqual([
      'displayName source-missing',
      'eduPersonPrincipalName source-missing',
    ]);
    expect(resolveAway({ uid: ['hanako'], fromHr: ['h'] }, recipes).withheld).toEqual([]);
  });

  test('without a source that is away, a name that somebody has not is told of where a recipe goes by it alone', () => {
    const recipes: AttributeRecipes['recipes'] = {
      eduPersonPrincipalName: scoped(either),
      displayName: { kind: 'first', of: [from('x'), from('y')] },
      jaou: from('x'),
      'subject-id': scoped({ kind: 'template', text: 'p${employeNumber}' }),
    };
    const context = exampleContext({ recipes: { recipes, defaults: true } });
    const { resolved, withheld } = resolveAttributes(examplePerson({ uid: ['hanako'] }), context);
    expect(asTable(resolved).eduPersonPrincipalName).toEqual(['hanako@example.ac.jp']);
    expect(withheld.map(({ attribute, code, reason }) => `${attribute} ${code}: ${reason}`).toSorted()).toEqual([
      'jaou source-missing: its recipe reads x, which this person has not',
      'subject-id source-missing: its recipe reads employeNumber, which this person has not',
    ]);
  });
});

describe('who is a member', () => {
  const told = (attributes: Person['attributes'], recipes: AttributeRecipes['recipes'] = {}) => {
    const { table, withheld } = resolve(attributes, recipes);
    return { is: table.eduPersonAffiliation, scoped: table.eduPersonScopedAffiliation, withheld };
  };

  test.each<[string, string[], string[] | undefined]>([
    ['alumni', ['alum'], undefined],
    ['alumni whom the directory still calls members', ['alum', 'member'], undefined],
    ['in any case and spelling', ['Alumni', 'MEMBER'], undefined],
    ['alumni who teach now', ['alum', 'faculty'], ['faculty', 'member']],
    ['alumni who are employed, and are called members', ['alum', 'employee', 'member'], ['member']],
    ['visitors of the library', ['library-walk-in'], undefined],
    ['affiliates', ['affiliate'], undefined],
    ['employees of no kind that GakuNin knows', ['employee'], undefined],
    ['affiliates who study', ['affiliate', 'student'], ['student', 'member']],
  ])('%s', (_who, affiliation, is) => {
    expect(told({ affiliation }).is).toEqual(is);
    expect(told({ eduPersonAffiliation: affiliation }).is).toEqual(is);
    expect(told({ x: affiliation }, { eduPersonAffiliation: from('x') }).is).toEqual(is);
  });

  test('alumni are members by no other way', () => {
    const scopedMember = { eduPersonScopedAffiliation: ['member@example.ac.jp'] };
    expect(told({ affiliation: ['alum'], ...scopedMember })).toEqual({
      is: undefined,
      scoped: undefined,
      withheld: ['eduPersonAffiliation vocabulary', 'eduPersonScopedAffiliation vocabulary'],
    });
    expect(told({ eduPersonScopedAffiliation: ['alum@example.ac.jp', 'member@example.ac.jp'] }).scoped).toBeUndefined();
    const recipes = {
      eduPersonAffiliation: fixed('member'),
      eduPersonScopedAffiliation: scoped(fixed('member')),
      gakuninScopedPersonalUniqueCode: scoped(fixed('member:1')),
      eduPersonEntitlement: {
        kind: 'byAffiliation',
        of: { member: fixed('urn:mace:dir:entitlement:common-lib-terms') },
        otherwise: undefined,
      } as const,
    };
    const { table, withheld } = resolve({ affiliation: ['alum'] }, recipes);
    expect(Object.keys(table)).toEqual([
      'schacHomeOrganization',
      'eduPersonPrincipalName',
      'eduPersonTargetedID',
      'subject-id',
      'pairwise-id',
    ]);
    expect(withheld).toEqual([
      'eduPersonAffiliation vocabulary',
      'eduPersonScopedAffiliation vocabulary',
      'gakuninScopedPersonalUniqueCode vocabulary',
    ]);
    expect(Object.keys(resolve({ affiliation: ['student'] }, recipes).table)).toContain('eduPersonEntitlement');
  });
});

describe('somebody who is known to have left as one of the alumni', () => {
  test('has no affiliation, by whichever recipe and whatever sources still tell', () => {
    const byType: AttributeRecipe = {
      kind: 'map',
      value: from('employeeType'),
      to: { 学生: ['student'] },
      otherwise: 'drop',
    };
    const recipes = {
      eduPersonAffiliation: byType,
      eduPersonScopedAffiliation: scoped(byType),
      gakuninScopedPersonalUniqueCode: scoped({ kind: 'template', text: 'student:${number}' }),
      eduPersonEntitlement: { kind: 'byAffiliation', of: { student: fixed('urn:x:y') }, otherwise: undefined },
      displayName: from('cn'),
    } as const;
    const attributes = { employeeType: ['学生'], number: ['1'], cn: ['Hanako'], affiliation: ['alum'] };
    const context = exampleContext({ recipes: { recipes, defaults: false } });
    const before = resolveAttributes(examplePerson(attributes), context);
    expect(Object.keys(asTable(before.resolved))).toContain('eduPersonEntitlement');
    const after = resolveAttributes({ ...examplePerson(attributes), leftAs: 'alumni' }, context);
    expect(Object.keys(asTable(after.resolved))).toEqual(['displayName', 'eduPersonTargetedID', 'pairwise-id']);
    expect(after.withheld.map(({ attribute, reason }) => `${attribute}: ${reason}`)).toEqual(
      ['eduPersonAffiliation', 'eduPersonScopedAffiliation', 'gakuninScopedPersonalUniqueCode'].map(
        (id) => `${id}: the person has left, as one of the alumni`,
      ),
    );
  });
});

describe('whatever the recipes are and a person has', () => {
  test('nothing throws, and every value keeps the rules of the dictionary and the scopes of this IdP', () => {
    const scopes = ['example.ac.jp'];
    const recipesOf = fc.array(fc.tuple(fc.constantFrom(...dictionary.map(({ id }) => id)), anyRecipe), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(recipesOf, anyAttributes, fc.boolean(), (entries, attributes, defaults) => {
        const recipes = { recipes: Object.fromEntries(entries), defaults };
        const person = { ...examplePerson(attributes), sourcesAway: defaults ? ['hr'] : [] };
        const { resolved } = resolveAttributes(person, exampleContext({ scopes, recipes }));
        for (const { definition, values } of resolved) {
          expect(definition.multiple || values.length === 1).toBe(true);
          for (const value of values) {
            if (value.kind === 'nameId') continue;
            expect(parseAttributeValue(definition.syntax, attributeValueText(value), scopes)).toEqual({ value });
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
