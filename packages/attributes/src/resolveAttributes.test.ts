import { describe, expect, test } from '@jest/globals';
import { computeId } from './computedId.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import {
  asTable,
  exampleContext,
  exampleGenerator,
  examplePerson,
  resolveExample,
  student,
} from './testing/examples.ts';

const sp = 'https://sp.example.org/sp';

describe('resolveAttributes without attributes.yaml', () => {
  test('takes the attributes of the directory, and makes what can be made of them', () => {
    const { resolved, withheld } = resolveAttributes(student, exampleContext());
    const targeted = computeId(exampleGenerator, sp, 's1234567');
    const pairwise = computeId({ ...exampleGenerator, encoding: 'base32' }, sp, 's1234567');
    expect(withheld).toEqual([]);
    expect(asTable(resolved)).toEqual({
      jaDisplayName: ['学門 花子'],
      displayName: ['Hanako Gakumon'],
      mail: ['hanako@example.ac.jp'],
      schacHomeOrganization: ['example.ac.jp'],
      eduPersonAffiliation: ['student', 'member'],
      eduPersonScopedAffiliation: ['student@example.ac.jp', 'member@example.ac.jp'],
      eduPersonPrincipalName: ['s1234567@example.ac.jp'],
      eduPersonTargetedID: [`https://idp.example.ac.jp/idp/shibboleth!${sp}!${targeted}`],
      'subject-id': ['s1234567@example.ac.jp'],
      'pairwise-id': [`${pairwise}@example.ac.jp`],
    });
  });

  test('never makes an eduPersonUniqueId, but passes on the one that the directory has', () => {
    expect(resolveExample({}).table).not.toHaveProperty('eduPersonUniqueId');
    expect(resolveExample({ eduPersonUniqueId: ['a1b2@example.ac.jp'] }).table).toHaveProperty('eduPersonUniqueId');
  });

  test('a directory with a scope of its own puts that behind what is made', () => {
    const { table } = resolveExample(
      { affiliation: ['staff'] },
      { scopes: ['example.ac.jp', 'med.example.ac.jp'], directoryScopes: { local: 'med.example.ac.jp' } },
    );
    expect(table.eduPersonPrincipalName).toEqual(['s1234567@med.example.ac.jp']);
    expect(table.eduPersonScopedAffiliation).toEqual(['staff@med.example.ac.jp', 'member@med.example.ac.jp']);
    expect(table.schacHomeOrganization).toEqual(['med.example.ac.jp']);
  });

  test('only faculty, staff and students become members', () => {
    expect(resolveExample({ affiliation: ['faculty', 'staff'] }).table.eduPersonAffiliation).toEqual([
      'faculty',
      'staff',
      'member',
    ]);
    expect(resolveExample({ affiliation: ['member'] }).table.eduPersonAffiliation).toEqual(['member']);
    expect(resolveExample({}).table).not.toHaveProperty('eduPersonAffiliation');
    expect(resolveExample({ affiliation: [] }).table).not.toHaveProperty('eduPersonScopedAffiliation');
  });

  test('what the directory says of an attribute wins over what could be made', () => {
    const { table } = resolveExample({
      eduPersonPrincipalName: ['hanako@example.ac.jp'],
      'subject-id': ['u42@example.ac.jp'],
      eduPersonScopedAffiliation: ['faculty@example.ac.jp'],
    });
    expect(table.eduPersonPrincipalName).toEqual(['hanako@example.ac.jp']);
    expect(table['subject-id']).toEqual(['u42@example.ac.jp']);
    expect(table.eduPersonScopedAffiliation).toEqual(['faculty@example.ac.jp']);
  });

  test('an identifier starts from the source of its generator, in the spelling of the directory', () => {
    const generator = { ...exampleGenerator, source: 'employeeNumber' };
    const generators = { targetedId: generator, pairwiseId: undefined, persistent: undefined };
    const { table } = resolveExample({ employeeNumber: ['E-77', 'E-78'] }, { generators });
    expect(table.eduPersonTargetedID?.[0]).toContain(`!${computeId(generator, sp, 'E-77')}`);
    expect(table).not.toHaveProperty('pairwise-id');
    const ofName = { ...generators, targetedId: { ...exampleGenerator, source: 'eduPersonPrincipalName' } };
    expect(resolveExample({}, { generators: ofName }).table.eduPersonTargetedID?.[0]).toContain(
      computeId(exampleGenerator, sp, 's1234567@example.ac.jp'),
    );
  });

  test('without its source an identifier is not made, and that is reported', () => {
    const generator = { ...exampleGenerator, source: 'employeeNumber' };
    for (const attributes of [{}, { employeeNumber: [] }, { employeeNumber: [''] }, { employeeNumber: ['\ud800'] }]) {
      const { table, withheld } = resolveExample(attributes, {
        generators: { targetedId: generator, pairwiseId: generator, persistent: generator },
      });
      expect(table).not.toHaveProperty('eduPersonTargetedID');
      expect(withheld).toEqual(['eduPersonTargetedID source-missing', 'pairwise-id source-missing']);
    }
  });

  test('an IdP without a scope makes nothing scoped', () => {
    expect(Object.keys(resolveExample({ affiliation: ['student'] }, { scopes: [] }).table)).toEqual([
      'eduPersonAffiliation',
      'eduPersonTargetedID',
    ]);
  });

  test('attributes that the dictionary does not know stay at home', () => {
    const { resolved } = resolveAttributes(examplePerson({ userPassword: ['secret'] }), exampleContext());
    expect(JSON.stringify(resolved)).not.toContain('secret');
  });
});
