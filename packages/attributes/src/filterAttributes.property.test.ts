import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dictionary } from './dictionary.ts';
import { filterAttributes } from './filterAttributes.ts';
import type { ReleaseRule, ReleaseTarget } from './releaseRules.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { exampleContext, examplePerson, exampleServiceProvider, requesting } from './testing/examples.ts';

const ids = dictionary.map(({ id }) => id);
const anId = fc.constantFrom(...ids);
const someIds = fc.uniqueArray(anId, { maxLength: 4 });
const word = fc.constantFrom('a', 'b', 'c');

const target: fc.Arbitrary<ReleaseTarget> = fc.oneof(
  fc.constant('any' as const),
  fc.record({ source: word }),
  fc.record({ category: word }),
  fc.record({ group: word }),
  fc.record({ registrationAuthority: word }),
  fc.record({ somethingNew: word }) as unknown as fc.Arbitrary<ReleaseTarget>,
);
const aRule: fc.Arbitrary<ReleaseRule> = fc.record({
  name: fc.string(),
  to: target,
  release: fc.oneof(fc.constantFrom('requested' as const, 'all' as const), someIds),
  deny: someIds,
});
const rules = fc.array(aRule, { maxLength: 5 });

const resolved = resolveAttributes(
  examplePerson({
    displayName: ['Hanako'],
    mail: ['hanako@example.ac.jp'],
    jao: ['学門大学', '学門短期大学'],
    affiliation: ['student', 'staff'],
    eduPersonEntitlement: ['urn:mace:dir:entitlement:common-lib-terms'],
  }),
  exampleContext(),
).resolved;

const recipient = fc
  .record({ source: word, categories: fc.uniqueArray(word), requested: someIds, groups: fc.uniqueArray(word) })
  .map(({ source, categories, requested, groups }) => ({
    serviceProvider: exampleServiceProvider({
      source,
      categories,
      attributeConsumingServices: [
        requesting(
          1,
          Object.fromEntries(
            dictionary.filter(({ id }) => requested.includes(id)).map(({ name }) => [name, ['student', '学門大学']]),
          ),
        ),
      ],
    }),
    groups,
    attributeConsumingServiceIndex: undefined,
  }));

const runs = { numRuns: 300 };

describe('laws of release', () => {
  test('what is released was resolved, value by value, and every attribute has exactly one decision', () => {
    fc.assert(
      fc.property(recipient, rules, (to, some) => {
        const { released, decisions } = filterAttributes(resolved, to, some);
        for (const { definition, values } of released) {
          const source = resolved.find((attribute) => attribute.definition === definition);
          expect(values.length).toBeGreaterThan(0);
          expect(source?.values).toEqual(expect.arrayContaining([...values]));
        }
        expect(decisions.map(({ attribute }) => attribute)).toEqual([...resolved]);
        expect(decisions.filter((decision) => decision.released)).toHaveLength(released.length);
      }),
      runs,
    );
  });

  test('adding a deny releases exactly what went before, without what it denies', () => {
    fc.assert(
      fc.property(recipient, rules, anId, fc.nat(), (to, some, denied, place) => {
        const before = filterAttributes(resolved, to, some).released;
        const deny: ReleaseRule = { name: 'deny', to: 'any', release: [], deny: [denied] };
        const after = filterAttributes(resolved, to, some.toSpliced(place % (some.length + 1), 0, deny)).released;
        expect([...after]).toEqual(before.filter(({ definition }) => definition.id !== denied));
      }),
      runs,
    );
  });

  test('the order of the rules changes nothing about what goes', () => {
    fc.assert(
      fc.property(recipient, rules, (to, some) => {
        const forwards = filterAttributes(resolved, to, some).released;
        expect([...filterAttributes(resolved, to, some.toReversed()).released]).toEqual([...forwards]);
      }),
      runs,
    );
  });
});
