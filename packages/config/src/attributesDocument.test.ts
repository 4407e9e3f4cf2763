// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parseAttributes } from './index.ts';

const read = (attributes: string) => parseAttributes(`version: 1\nattributes:\n${attributes}`, 'attributes.yaml');

function mistakesIn(text: string): string[] {
  try {
    parseAttributes(text, 'a');
  } catch (error) {
    if (!isGakumonError(error) || error.code !== 'document-invalid') throw error;
    return (error.detail ?? '').split('\n').map((line) => line.replace('a:', ''));
  }
  return [];
}

/** The mistakes of a file that begins with two lines before the attributes. */
const mistakesOf = (...attributes: string[]): string[] =>
  mistakesIn(`version: 1\nattributes:\n${attributes.map((line) => `  ${line}\n`).join('')}`);

describe('attributes.yaml', () => {
  test('that says nothing leaves everything as it is without one', () => {
    const nothing = { recipes: {}, defaults: true, certified: false };
    expect(parseAttributes('version: 1\n', 'a')).toEqual(nothing);
    expect(read('')).toEqual(nothing);
    expect(parseAttributes('version: 1\ndefaults: false\ncertified: true\n', 'a')).toEqual({
      recipes: {},
      defaults: false,
      certified: true,
    });
  });

  test('says of each attribute how it is made', () => {
    const { recipes } = read(`
  displayName: cn
  jaDisplayName: { from: 'displayName;lang-ja' }
  o: { static: Example University }
  jao: { static: [例の大学, 例の短期大学] }
  eduPersonPrincipalName: { scoped: uid }
  subject-id: { scoped: { from: uid }, scope: example.ac.jp }
  mail: { first: [mail, mailAlternateAddress] }
  jaou: { template: '\${jaFaculty} \${jaDepartment}' }
  eduPersonAffiliation:
    map: employeeType
    to: { 教授: [faculty, staff], 卒業生: alum, 1: student }
  isMemberOf: { all: [{ map: groups, to: { staff: 'urn:x:staff' }, otherwise: keep }] }
  eduPersonEntitlement:
    byAffiliation: { student: { static: 'urn:mace:dir:entitlement:common-lib-terms' } }
    otherwise: entitlements
  eduPersonOrcid: { regex: orcid, match: '(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX])', replace: 'https://orcid.org/$1' }
  eduPersonUniqueId: none
  eduPersonTargetedID: none
`);
    const direct = (from: string) => ({ kind: 'direct', from });
    expect(recipes).toEqual({
      displayName: direct('cn'),
      jaDisplayName: direct('displayName;lang-ja'),
      o: { kind: 'static', values: ['Example University'] },
      jao: { kind: 'static', values: ['例の大学', '例の短期大学'] },
      eduPersonPrincipalName: { kind: 'scoped', value: direct('uid'), scope: undefined },
      'subject-id': { kind: 'scoped', value: direct('uid'), scope: 'example.ac.jp' },
      mail: { kind: 'first', of: [direct('mail'), direct('mailAlternateAddress')] },
      jaou: { kind: 'template', text: '${jaFaculty} ${jaDepartment}' },
      eduPersonAffiliation: {
        kind: 'map',
        value: direct('employeeType'),
        to: { 教授: ['faculty', 'staff'], 卒業生: ['alum'], '1': ['student'] },
        otherwise: 'drop',
      },
      isMemberOf: {
        kind: 'all',
        of: [{ kind: 'map', value: direct('groups'), to: { staff: ['urn:x:staff'] }, otherwise: 'keep' }],
      },
      eduPersonEntitlement: {
        kind: 'byAffiliation',
        of: { student: { kind: 'static', values: ['urn:mace:dir:entitlement:common-lib-terms'] } },
        otherwise: direct('entitlements'),
      },
      eduPersonOrcid: {
        kind: 'regex',
        value: direct('orcid'),
        match: '(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX])',
        replace: 'https://orcid.org/$1',
      },
      eduPersonUniqueId: undefined,
      eduPersonTargetedID: undefined,
    });
    expect(Object.hasOwn(recipes, 'eduPersonUniqueId')).toBe(true);
  });

  test('tells all mistakes at once, with their lines', () => {
    expect(
      mistakesIn(`version: 1
default: false
attributes:
  displayname: cn
  mail: { form: mail }
  sn: { from: sn, static: x }
  o: { static: 7 }
  ou: { first: [] }
  jaou: { template: x, otherwise: drop }
  eduPersonOrcid:
    regex: orcid
    match: '(a'
    replace: 'x'
  eduPersonAffiliation:
    map: employeeType
    to: { 教授: president }
    otherwise: leave
  jasn: 7
`),
    ).toEqual([
      '2: default: unknown key (known here: version, defaults, certified, attributes); did you mean defaults?',
      '4: attributes.displayname: no attribute is called "displayname"; perhaps displayName',
      expect.stringMatching(
        /^5: attributes.mail: must be the name of an attribute, none, or a group with one of from, /,
      ),
      '6: attributes.sn: has from and static, which are recipes of their own',
      '7: attributes.o.static: must be text or a list of texts (put numbers in quotes)',
      '8: attributes.ou.first: is empty',
      '9: attributes.jaou.otherwise: unknown key (known here: template)',
      expect.stringMatching(/^12: attributes.eduPersonOrcid.match: is no regular expression: /),
      '17: attributes.eduPersonAffiliation.otherwise: must be keep or drop',
      expect.stringMatching(/^18: attributes.jasn: must be the name of an attribute, none, or/),
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['an identifier made per service', 'pairwise-id: uid', /pairwise-id: .*identifiers in gakumon.yaml/],
    ['a name for good made of a login name', 'eduPersonUniqueId: { scoped: username }', /UniqueId: is for good/],
    ['an endless expression', "sn: { regex: cn, match: '(a+)+', replace: x }", /sn.match: repeats a group/],
    ['a group that there is not', "sn: { regex: cn, match: '(a)', replace: $2 }", /replace: has \$2, .* 1 groups/],
    ['a dollar that is nothing', "sn: { regex: cn, match: '(a)', replace: $& }", /replace: has a \$ that stands for/],
    ['a template without its end', "sn: { template: 'x ${cn' }", /template: has a \$\{ without its }/],
    ['a template without a name', "sn: { template: 'x ${}' }", /template: has a \$\{} without a name/],
    ['an affiliation of itself', 'eduPersonAffiliation: { byAffiliation: { staff: x } }', /would need to know/],
    ['a branch that nobody is', 'sn: { byAffiliation: { alum: x } }', /byAffiliation.alum: is no affiliation/],
    ['a value outside the vocabulary', 'eduPersonAffiliation: { static: king }', /"king" can be no value of/],
    [
      'a login as a property',
      "eduPersonAssurance: { static: 'https://refeds.org/profile/mfa' }",
      /strength of a login/,
    ],
    ['an entitlement that is no URI', 'eduPersonEntitlement: { static: common-lib-terms }', /: not a URI/],
    ['a code without its kind', 'gakuninScopedPersonalUniqueCode: { static: 1@x.ac.jp }', /static\[1]: .* not of/],
    ['the keys of objects', '__proto__: cn', /no attribute is called "__proto__"/],
    ['none within', 'sn: { first: [cn, none] }', /first\[2]: none stands for a whole attribute only/],
    ['no branches', 'sn: { byAffiliation: {} }', /byAffiliation: must be a group of keys, and not empty/],
    ['a wrong scope', 'eduPersonPrincipalName: { scoped: uid, scope: Example }', /scope: must be a domain name/],
    ['nesting without end', `sn: ${'{ first: [ '.repeat(20)}cn${' ] }'.repeat(20)}`, /nested more than 8 deep/],
    ['a map to numbers', 'sn: { map: cn, to: { a: 7 } }', /to.a: must be text or a list/],
  ])('refuses %s', (_mistake, line, message) => {
    expect(mistakesOf('givenName: cn', line)).toEqual([expect.stringMatching(message)]);
    expect(mistakesOf('givenName: cn', line)[0]).toMatch(/^4: attributes\./);
  });

  test('keys of a map may be called like parts of an object', () => {
    const { recipes } = read('  sn: { map: cn, to: { __proto__: a, constructor: b } }');
    const { to } = recipes.sn as unknown as { to: Record<string, string[]> };
    expect(Object.entries(to)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ]);
  });

  test('values of scopes that are not known here are not judged here', () => {
    expect(mistakesOf('schacHomeOrganization: { static: example.ac.jp }', 'subject-id: { static: a@b.jp }')).toEqual(
      [],
    );
  });
});
