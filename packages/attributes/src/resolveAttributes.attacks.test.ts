import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeValueText } from './attributeValueText.ts';
import { dictionary } from './dictionary.ts';
import { findNameIdValues } from './nameIdValues.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { valueLimit } from './syntax.ts';
import { exampleContext, exampleGenerator, examplePerson, resolveExample } from './testing/examples.ts';

describe('a directory that holds what may not go out', () => {
  test.each([
    ['a NUL', 'displayName', 'Hanako\0', 'forbidden-character'],
    ['an escape character', 'displayName', 'Hanako\u001b[2J', 'forbidden-character'],
    ['half a surrogate pair', 'displayName', 'Hanako\ud83d', 'forbidden-character'],
    ['a noncharacter', 'displayName', 'Hanako\uffff', 'forbidden-character'],
    ['nothing', 'displayName', '', 'empty'],
    ['white space only', 'displayName', ' \u3000', 'empty'],
    ['a novel', 'displayName', 'x'.repeat(valueLimit + 1), 'too-long'],
    ['two mail addresses in one', 'mail', 'a@example.ac.jp, b@example.ac.jp', 'syntax'],
    ['a mail header', 'mail', 'a@example.ac.jp\nBcc: all@example.ac.jp', 'syntax'],
    ['an ePPN with two @', 'eduPersonPrincipalName', 'admin@example.ac.jp@example.ac.jp', 'syntax'],
    ['an ePPN with no @', 'eduPersonPrincipalName', 'admin', 'syntax'],
    ['an ePPN with no name', 'eduPersonPrincipalName', '@example.ac.jp', 'syntax'],
    ['an ePPN with no scope', 'eduPersonPrincipalName', 'admin@', 'scope'],
    ["an ePPN in another university's scope", 'eduPersonPrincipalName', 'admin@other.ac.jp', 'scope'],
    ['an ePPN in a scope that only ends like ours', 'eduPersonPrincipalName', 'a@evil-example.ac.jp', 'scope'],
    ['an ePPN in a scope below ours', 'eduPersonPrincipalName', 'admin@sub.example.ac.jp', 'scope'],
    ['an ePPN with a line feed after the scope', 'eduPersonPrincipalName', 'admin@example.ac.jp\n', 'scope'],
    ['an affiliation outside the vocabulary', 'affiliation', 'president', 'vocabulary'],
    ['an affiliation in a foreign scope', 'eduPersonScopedAffiliation', 'faculty@other.ac.jp', 'scope'],
    ['a scoped affiliation of no meaning', 'eduPersonScopedAffiliation', 'root@example.ac.jp', 'vocabulary'],
    ['a domain that is not ours', 'schacHomeOrganization', 'other.ac.jp', 'scope'],
    ['a unique id with a dash', 'eduPersonUniqueId', 'a-b@example.ac.jp', 'syntax'],
    ['a subject-id with an underscore', 'subject-id', 'a_b@example.ac.jp', 'syntax'],
    ['a code of two roles', 'gakuninScopedPersonalUniqueCode', 'faculty;staff:1@example.ac.jp', 'syntax'],
    ['a code of an unknown role', 'gakuninScopedPersonalUniqueCode', 'alum:1@example.ac.jp', 'syntax'],
    ['a code in a foreign scope', 'gakuninScopedPersonalUniqueCode', 'student:1@other.ac.jp', 'scope'],
    ['an entitlement that is no URI', 'eduPersonEntitlement', 'common-lib-terms', 'syntax'],
    ['an entitlement with markup', 'eduPersonEntitlement', 'urn:x:<script>', 'syntax'],
    ['an ORCID without its check digit', 'eduPersonOrcid', 'https://orcid.org/0000-0002-1825-0098', 'syntax'],
    ['an ORCID on another host', 'eduPersonOrcid', 'https://orcid.org.example/0000-0002-1825-0097', 'syntax'],
    ['a strength of login', 'eduPersonAssurance', 'https://www.gakunin.jp/profile/AAL2', 'computed-only'],
    ['MFA as a property', 'eduPersonAssurance', 'https://refeds.org/profile/mfa', 'computed-only'],
    ['a targeted id', 'eduPersonTargetedID', 'the-same-everywhere', 'computed-only'],
    ['a pairwise-id', 'pairwise-id', 'SAMEEVERYWHERE@example.ac.jp', 'computed-only'],
  ])('%s is withheld and reported, and the login goes on', (_attack, attribute, value, code) => {
    const { resolved, withheld } = resolveAttributes(
      examplePerson({ jao: ['学門大学'], [attribute]: [value] }),
      exampleContext(),
    );
    const id = attribute === 'affiliation' ? 'eduPersonAffiliation' : attribute;
    expect(withheld).toMatchObject([{ attribute: id, value, code }]);
    expect(resolved.flatMap(({ values }) => values.map(attributeValueText))).not.toContain(value);
    expect(resolved.map(({ definition }) => definition.id)).toContain('jao');
  });

  test('a broken identifier is not replaced by one that is made up: that would be another account', () => {
    const broken = resolveExample({
      eduPersonPrincipalName: ['a@b@example.ac.jp'],
      'subject-id': ['a@other.ac.jp'],
      eduPersonScopedAffiliation: ['faculty@other.ac.jp'],
      affiliation: ['student'],
    });
    expect(broken.table).not.toHaveProperty('eduPersonPrincipalName');
    expect(broken.table).not.toHaveProperty('subject-id');
    expect(broken.table).not.toHaveProperty('eduPersonScopedAffiliation');
  });

  test('two ePPNs are none, since directories promise no order', () => {
    const { table, withheld } = resolveExample({ eduPersonPrincipalName: ['a@example.ac.jp', 'b@example.ac.jp'] });
    expect(table).not.toHaveProperty('eduPersonPrincipalName');
    expect(withheld).toEqual(Array(2).fill('eduPersonPrincipalName several-values'));
  });

  test('of two names the first goes; the same value twice is one', () => {
    const two = resolveExample({ displayName: ['Hanako', 'Hana'] });
    expect(two.table.displayName).toEqual(['Hanako']);
    expect(two.withheld).toEqual(['displayName several-values']);
    expect(resolveExample({ displayName: ['Hanako', 'Hanako'] }).withheld).toEqual([]);
  });

  test('one bad value among good ones stays behind alone', () => {
    const { table, withheld } = resolveExample({ affiliation: ['student', 'alum', 'Faculty'] });
    expect(table.eduPersonAffiliation).toEqual(['student', 'faculty', 'member']);
    expect(withheld).toEqual(['eduPersonAffiliation vocabulary']);
  });

  test('a scope is sent in our own spelling, since some services compare it exactly', () => {
    expect(resolveExample({ eduPersonPrincipalName: ['a@Example.AC.jp'] }).table.eduPersonPrincipalName).toEqual([
      'a@example.ac.jp',
    ]);
  });

  test('a scope that a directory was given, but that the IdP does not publish, goes nowhere', () => {
    const { table, withheld } = resolveExample(
      { affiliation: ['staff'] },
      { directoryScopes: { local: 'other.ac.jp' } },
    );
    expect(JSON.stringify(table)).not.toContain('other.ac.jp');
    expect(withheld).toEqual(
      [
        'schacHomeOrganization',
        'eduPersonScopedAffiliation',
        'eduPersonScopedAffiliation',
        'eduPersonPrincipalName',
        'subject-id',
        'pairwise-id',
      ].map((id) => `${id} scope`),
    );
  });

  test('a reason never repeats the value, which may be private', () => {
    const { withheld } = resolveAttributes(
      examplePerson({ mail: ['hunter2'], affiliation: ['hunter2'] }),
      exampleContext(),
    );
    expect(withheld).toHaveLength(2);
    expect(withheld.map(({ reason }) => reason).join()).not.toContain('hunter2');
  });

  test('a login name with @ makes no ePPN', () => {
    const { resolved, withheld } = resolveAttributes(examplePerson({}, 'a@example.ac.jp'), exampleContext());
    expect(resolved.map(({ definition }) => definition.id)).not.toContain('eduPersonPrincipalName');
    expect(withheld.map(({ attribute, code }) => `${attribute} ${code}`)).toEqual([
      'eduPersonPrincipalName syntax',
      'subject-id syntax',
    ]);
  });

  test('directories named like parts of an object have the ordinary scope', () => {
    const person = { ...examplePerson({}), directory: 'constructor' };
    const { resolved } = resolveAttributes(person, exampleContext());
    expect(resolved.find(({ definition }) => definition.id === 'schacHomeOrganization')?.values).toEqual([
      { kind: 'text', value: 'example.ac.jp' },
    ]);
  });

  test('whatever a directory holds, nothing throws, all that goes is XML, and every scope is ours', () => {
    const ids = [...dictionary.map(({ id }) => id), 'affiliation'];
    const values = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a@example.ac.jp', 'student')), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...ids), values), fc.string(), (attributes, username) => {
        const { resolved } = resolveAttributes(examplePerson(attributes, username), exampleContext());
        for (const { definition, values } of resolved) {
          expect(values.length).toBeGreaterThan(0);
          expect(definition.multiple || values.length === 1).toBe(true);
          for (const value of values) {
            expect(attributeValueText(value)).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
            if (value.kind === 'scoped') expect(value.scope).toBe('example.ac.jp');
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('people whom the directory gives the same blank to start from', () => {
  test.each([[''], [' '], ['\t'], ['\u3000'], [' \u00a0\n']])(
    'get no identifier that they would share: %j',
    (blank) => {
      const generator = { ...exampleGenerator, source: 'employeeNumber' };
      const generators = { targetedId: generator, pairwiseId: generator, persistent: generator };
      const { table, withheld } = resolveExample({ employeeNumber: [blank] }, { generators });
      expect(Object.keys(table)).not.toEqual(expect.arrayContaining(['eduPersonTargetedID']));
      expect(Object.keys(table)).not.toEqual(expect.arrayContaining(['pairwise-id']));
      expect(withheld).toEqual(['eduPersonTargetedID source-missing', 'pairwise-id source-missing']);
      const person = examplePerson({ employeeNumber: [blank] });
      const context = exampleContext({ generators });
      expect(findNameIdValues(resolveAttributes(person, context), context).persistentId).toBeUndefined();
    },
  );
});
