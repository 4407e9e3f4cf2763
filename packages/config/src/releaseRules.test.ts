import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parseRelease } from './index.ts';

const read = (text: string) => parseRelease(`version: 1\n${text}`, 'release.yaml');

function mistakesIn(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!isGakumonError(error) || error.code !== 'document-invalid') throw error;
    return (error.detail ?? '').split('\n').map((line) => line.replace('release.yaml:', ''));
  }
  return [];
}

const refeds = 'http://refeds.org/category/research-and-scholarship';

describe('release.yaml', () => {
  test('says in `to` several things at once, each with one value or several, and exceptions', () => {
    const { rules } = read(`
serviceProviders: { journals: [https://a.example/, https://b.example/] }
rules:
  - name: a
    to:
      category: ${refeds}
      registrationAuthority: [https://www.gakunin.jp, https://example.org]
      affiliation: [student, staff@example.ac.jp]
      serviceProviders: journals
      subjectIdRequirement: any
      not: [{ group: guests }, { entityId: https://b.example/, source: local }]
    release: bundle
  - { name: b, to: { not: { serviceProviders: [journals] } }, release: required }
`);
    const journals = { name: 'journals', entityIds: ['https://a.example/', 'https://b.example/'] };
    expect(rules).toEqual([
      {
        name: 'a',
        to: {
          category: refeds,
          registrationAuthority: ['https://www.gakunin.jp', 'https://example.org'],
          affiliation: ['student', 'staff@example.ac.jp'],
          serviceProviders: [journals],
          subjectIdRequirement: 'any',
          not: [{ group: 'guests' }, { entityId: 'https://b.example/', source: 'local' }],
        },
        release: 'bundle',
        deny: [],
      },
      { name: 'b', to: { not: { serviceProviders: [journals] } }, release: 'required', deny: [] },
    ]);
  });

  test('releases and denies by value', () => {
    const { rules } = read(`
rules:
  - name: a
    to: any
    release: [mail, { attribute: eduPersonEntitlement, values: [urn:x, urn:y] }]
    deny: [{ attribute: isMemberOf, matching: 'https://cg[.]gakunin[.]jp/.*' }]
`);
    expect(rules[0]).toMatchObject({
      release: ['mail', { attribute: 'eduPersonEntitlement', values: ['urn:x', 'urn:y'] }],
      deny: [{ attribute: 'isMemberOf', matching: 'https://cg[.]gakunin[.]jp/.*' }],
    });
  });

  test('tells all mistakes at once, each with its line', () => {
    const found = mistakesIn(`
serviceProviders: { empty: [] }
rules:
  - name: a
    to: { group: [] }
    release: [{ attribute: mial, values: [x] }]
  - name: a
    to: { not: {} }
    release: bundle
  - name: b
    to: { affiliation: [Student, alum], serviceProviders: [jornals], not: { serviceProviders: empty } }
    deny:
      - mail
      - { attribute: mail, matching: 'a)|(b' }
      - { attribute: mail }
      - { attribute: mail, values: [x], matching: y }
      - { attribute: mail, values: [] }
  - { name: c, to: { category: urn:x:unknown }, release: bundle }
  - { name: d, to: {}, release: everything }
`);
    expect(found).toEqual([
      '3: serviceProviders.empty: names no service provider',
      '6: rules[1].to.group: is empty, so it would mean nobody',
      '7: rules[1].release: no attribute is called "mial"',
      '8: rules[2].name: two rules are named a',
      expect.stringMatching(/^9: rules\[2\]\.to\.not: is empty, so it would mean nobody/),
      '10: rules[2].release: bundle is that of an entity category: say which under to.category',
      expect.stringMatching(/^12: rules\[3\]\.to\.affiliation: nobody is "Student"/),
      expect.stringMatching(/^12: rules\[3\]\.to\.affiliation: nobody is "alum"/),
      '12: rules[3].to.serviceProviders: no group of service providers is called "jornals"; known: empty',
      "15: rules[3].deny[2].matching: is no regular expression: Unmatched ')'",
      expect.stringMatching(/^16: rules\[3\]\.deny\[3\]: must say either values or matching/),
      expect.stringMatching(/^17: rules\[3\]\.deny\[4\]: must say either values or matching/),
      '18: rules[3].deny[5].values: is empty, so it would mean no value',
      expect.stringMatching(/^19: rules\[4\]\.to\.category: urn:x:unknown has no bundle; known: /),
      expect.stringMatching(/^20: rules\[5\]\.to: is empty, so it would mean nobody/),
      '20: rules[5].release: must be requested, required, bundle, all, or a list of attribute names',
    ]);
  });
});

test('attack: an expression that could take for ever is a mistake, in a permission and in a deny', () => {
  const found = mistakesIn(`
rules:
  - name: a
    to: any
    release: [{ attribute: displayName, matching: '([A-Za-z]+ ?)+' }]
    deny:
      - { attribute: mail, matching: '(a|a)*@.*' }
      - { attribute: mail, matching: '.*.*.*.*.*.*' }
`);
  expect(found).toEqual([
    expect.stringMatching(/^6: rules\[1\]\.release\[1\]\.matching: repeats a group .* it could take for ever$/),
    expect.stringMatching(/^8: rules\[1\]\.deny\[1\]\.matching: repeats a group .* it could take for ever$/),
    expect.stringMatching(/^9: rules\[1\]\.deny\[2\]\.matching: has too many repetitions .* for ever$/),
  ]);
});

describe('access', () => {
  test('says who may use which service, and what to tell the others', () => {
    const { access } = read(`
serviceProviders: { journals: [https://a.example/] }
rules: []
access:
  - name: journals-for-members
    to: { serviceProviders: journals }
    allow: [{ affiliation: member, directory: [staff, students] }, { attribute: { eduPersonEntitlement: urn:x } }]
    deny: [{ group: suspended }, { username: [s1, s2] }]
    message: { ja: 図書館で, en: Ask at the library }
    contact: { name: { ja: 図書館, en: Library }, url: https://lib.example.ac.jp/, email: lib@example.ac.jp }
  - { name: all-but-guests, to: any, deny: [{ group: guests }] }
  - { name: closed, to: { entityId: https://c.example/ }, allow: [] }
  - { name: open, to: { entityId: https://d.example/ }, allow: everybody }
`);
    expect(access).toEqual([
      {
        name: 'journals-for-members',
        to: { serviceProviders: [{ name: 'journals', entityIds: ['https://a.example/'] }] },
        allow: [
          { affiliations: ['member'], directories: ['staff', 'students'] },
          { attributes: [{ id: 'eduPersonEntitlement', values: ['urn:x'] }] },
        ],
        deny: [{ groups: ['suspended'] }, { usernames: ['s1', 's2'] }],
        message: { ja: '図書館で', en: 'Ask at the library' },
        contact: {
          name: { ja: '図書館', en: 'Library' },
          url: 'https://lib.example.ac.jp/',
          email: 'lib@example.ac.jp',
        },
      },
      { name: 'all-but-guests', to: 'any', allow: 'everybody', deny: [{ groups: ['guests'] }] },
      { name: 'closed', to: { entityId: 'https://c.example/' }, allow: [], deny: [] },
      { name: 'open', to: { entityId: 'https://d.example/' }, allow: 'everybody', deny: [] },
    ]);
  });

  test('tells all mistakes at once, each with its line', () => {
    const found = mistakesIn(`
rules: []
access:
  - { name: a, to: any }
  - { name: a, to: { serviceProviders: x }, allow: anybody }
  - name: b
    to: { affiliation: pupil }
    allow:
      - { affiliation: pupil }
      - { attribute: { email: x, pairwise-id: y } }
      - {}
      - { groups: staff }
      - { attribute: {} }
  - { name: c, to: any, deny: [], message: { ja: あ }, contact: { name: { ja: あ, en: a }, url: javascript:alert(1), email: x } }
`);
    expect(found).toEqual([
      '5: access[1]: says neither who is let in (allow) nor who is kept out (deny)',
      expect.stringMatching(/^6: access\[2\]\.allow: must be everybody, or a list/),
      '6: access[2].name: another item has the name "a" already',
      expect.stringMatching(/^6: access\[2\]\.to\.serviceProviders: no group of service providers is called "x"/),
      expect.stringMatching(/^8: access\[3\]\.to\.affiliation: nobody is "pupil"/),
      expect.stringMatching(/^10: access\[3\]\.allow\[1\]\.affiliation: nobody is "pupil"/),
      '11: access[3].allow[2].attribute: no attribute is called "email"',
      '11: access[3].allow[2].attribute: pairwise-id is another one at each service, and says nothing of who somebody is',
      expect.stringMatching(/^12: access\[3\]\.allow\[3\]: describes nobody/),
      expect.stringMatching(/^13: access\[3\]\.allow\[4\]\.groups: unknown key/),
      expect.stringMatching(/^13: access\[3\]\.allow\[4\]: describes nobody/),
      expect.stringMatching(/^14: access\[3\]\.allow\[5\]\.attribute: must name an attribute and its values/),
      '15: access[4].message.en: is missing',
      '15: access[4].contact.url: must be an http or https URL',
      '15: access[4].contact.email: must be a mail address',
    ]);
  });
});
