import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { filterAttributes } from '../filterAttributes.ts';
import { identifierDigest } from '../identifierDigest.ts';
import { findNameIdValues } from '../nameIdValues.ts';
import type { ResolutionContext } from '../resolutionContext.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import {
  asTable,
  exampleContext,
  exampleGenerator,
  examplePerson,
  exampleServiceProvider,
} from '../testing/examples.ts';
import type { IsBlocked } from './blocked.ts';
import type { StoredIdGenerator } from './generator.ts';
import { identifiersOf } from './identifiersOf.ts';
import { listStoredIdsToGo } from './storedIdsToGo.ts';

const uniqueId = '0123456789abcdef@example.ac.jp';
const person = examplePerson({ eduPersonUniqueId: [uniqueId], employeeNumber: ['E-77'], displayName: ['Hanako'] });
const byNumber = { ...exampleGenerator, name: 'number', source: 'employeeNumber' };
const generators: ResolutionContext['generators'] = {
  targetedId: byNumber,
  pairwiseId: exampleGenerator,
  persistent: byNumber,
};

/** What is known of the person while these digests are somebody else's. */
function whileBlocked(...blocked: readonly string[]) {
  const isBlocked: IsBlocked = (digest) => blocked.includes(digest);
  const context = exampleContext({ generators, isBlocked });
  const resolution = resolveAttributes(person, context);
  return {
    table: asTable(resolution.resolved),
    withheld: resolution.withheld.filter(({ code }) => code === 'blocked').map(({ attribute }) => attribute),
    persistentId: findNameIdValues(resolution, context).persistentId,
  };
}

describe('what names somebody who left', () => {
  const all = whileBlocked().table;

  test('is all there while nobody left', () => {
    const ids = ['eduPersonPrincipalName', 'eduPersonUniqueId', 'subject-id', 'eduPersonTargetedID', 'pairwise-id'];
    expect(Object.keys(all)).toEqual(expect.arrayContaining(ids));
    expect(whileBlocked().persistentId).toBeDefined();
  });

  test.each([
    ['eduPersonPrincipalName', 's1234567@example.ac.jp'],
    ['eduPersonPrincipalName', 'S1234567@EXAMPLE.ac.jp'],
    ['subject-id', 's1234567@example.ac.jp'],
    ['eduPersonUniqueId', uniqueId.toUpperCase()],
  ])('(%s as %s) names nobody else, and everything else goes on', (id, value) => {
    const { table, withheld } = whileBlocked(identifierDigest(id, value));
    const { [id]: _, ...others } = all;
    expect(table).toEqual(others);
    expect(withheld).toEqual([id]);
  });

  test('attack: an identifier that starts from it would be that of who left: none is computed', () => {
    const { table, withheld, persistentId } = whileBlocked(identifierDigest('source:employeeNumber', 'E-77'));
    expect([withheld, persistentId, table.eduPersonTargetedID]).toEqual([
      ['eduPersonTargetedID'],
      undefined,
      undefined,
    ]);
    expect(table['pairwise-id']).toBeDefined();
    const byName = whileBlocked(identifierDigest('source:username', 's1234567'));
    expect([byName.withheld, byName.persistentId === undefined]).toEqual([['pairwise-id'], false]);
  });

  test('the value of one attribute says nothing of another', () => {
    expect(whileBlocked(identifierDigest('mail', uniqueId), identifierDigest('subject-id', uniqueId)).withheld).toEqual(
      [],
    );
  });
});

test('what names a person is what is blocked when they have left', () => {
  const digests = identifiersOf(person, exampleContext({ generators }));
  expect([...digests].sort()).toEqual(
    [
      identifierDigest('eduPersonPrincipalName', 's1234567@example.ac.jp'),
      identifierDigest('subject-id', 's1234567@example.ac.jp'),
      identifierDigest('eduPersonUniqueId', uniqueId),
      identifierDigest('source:username', 's1234567'),
      identifierDigest('source:employeeNumber', 'E-77'),
    ].sort(),
  );
  const { table, withheld, persistentId } = whileBlocked(...digests);
  expect(Object.keys(table)).toEqual(['displayName', 'schacHomeOrganization']);
  expect([withheld.length, persistentId]).toEqual([5, undefined]);
});

describe('stored identifiers', () => {
  const stored: StoredIdGenerator = { kind: 'stored', name: 'kept', source: 'employeeNumber', first: 'random' };
  const context = exampleContext({ generators: { targetedId: stored, pairwiseId: stored, persistent: stored } });
  const toGo = (release: readonly string[], format: string, who = person, where = context) => {
    const resolution = resolveAttributes(who, where);
    const rules = [{ name: 'r', to: 'any' as const, release, deny: [] }];
    const recipient = {
      serviceProvider: exampleServiceProvider(),
      groups: [],
      attributeConsumingServiceIndex: undefined,
    };
    const { released } = filterAttributes(resolution.resolved, recipient, rules);
    return listStoredIdsToGo(resolution, where, { attributes: released, nameIdFormat: format });
  };
  const { transient, persistent } = nameIdFormats;

  test.each([
    ['eduPersonTargetedID', ['eduPersonTargetedID'], transient, 1],
    ['pairwise-id', ['pairwise-id'], transient, 1],
    ['a persistent NameID', [], persistent, 1],
    ['all of them', ['eduPersonTargetedID', 'pairwise-id'], persistent, 1],
    ['none of them', ['displayName'], transient, 0],
  ])('go with %s', (_, release, format, count) => {
    const wanted = { generator: stored, sourceValue: 'E-77' };
    expect(toGo(release, format)).toEqual(Array.from({ length: count }, () => wanted));
  });

  test('never go where identifiers are computed, or the person has nothing that they stand for', () => {
    expect(toGo(['eduPersonTargetedID'], persistent, person, exampleContext())).toEqual([]);
    expect(toGo(['eduPersonTargetedID'], transient, examplePerson({}))).toEqual([]);
  });

  test.each([
    ['s1234567@example.ac.jp', {}],
    ['S1234567@Example.ac.jp', { eduPersonPrincipalName: ['S1234567@Example.ac.jp'] }],
  ])('attack: start from nothing that named somebody who left (%s)', (value, given) => {
    const byName = { ...stored, source: 'eduPersonPrincipalName' };
    const blocked = identifierDigest('eduPersonPrincipalName', value);
    const where = exampleContext({
      generators: { targetedId: byName, pairwiseId: byName, persistent: byName },
      isBlocked: (digest) => digest === blocked,
    });
    const who = examplePerson(given);
    expect(toGo(['eduPersonTargetedID', 'pairwise-id'], persistent, who, where)).toEqual([]);
    const resolution = resolveAttributes(who, where);
    expect(findNameIdValues(resolution, where).persistentId).toBeUndefined();
    expect(JSON.stringify(resolution.resolved)).not.toContain('not-yet-stored');
  });

  test('stand in what is resolved as they are given', () => {
    const storedIds = new Map([['E-77', 'kept-1']]);
    const { resolved } = resolveAttributes(person, { ...context, storedIds });
    const table = asTable(resolved);
    expect(table.eduPersonTargetedID?.[0]).toMatch(/!kept-1$/);
    expect(table['pairwise-id']).toEqual(['kept-1@example.ac.jp']);
  });

  test('attack: half a character, or NUL, which no database keeps, stands for nobody', () => {
    for (const value of ['\ud800', 'a\0b', ' ']) {
      expect(toGo(['eduPersonTargetedID'], transient, examplePerson({ employeeNumber: [value] }))).toEqual([]);
    }
  });
});
