import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeValueText } from './attributeValueText.ts';
import { dictionary } from './dictionary.ts';
import { filterAttributes } from './filterAttributes.ts';
import { decideNameIdFormat, judgeNameIdFormats } from './nameIdFormat.ts';
import { categoryBundles } from './release/categories.ts';
import type { ReleaseItem, ReleaseRule, ReleaseTarget } from './releaseRules.ts';
import type { Recipient } from './releaseTarget.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { exampleContext, examplePerson, exampleServiceProvider, requesting } from './testing/examples.ts';

const { resolved } = resolveAttributes(
  examplePerson({
    displayName: ['Hanako'],
    mail: ['hanako@example.ac.jp'],
    jao: ['学門大学', '学門短期大学'],
    affiliation: ['student', 'staff'],
    eduPersonEntitlement: ['urn:mace:dir:entitlement:common-lib-terms'],
  }),
  exampleContext(),
);
const texts = [...new Set(resolved.flatMap(({ values }) => values.map(attributeValueText)))];

const anId = fc.constantFrom(...dictionary.map(({ id }) => id));
const someIds = fc.uniqueArray(anId, { maxLength: 4 });
const word = fc.constantFrom('a', 'b', 'c', [...categoryBundles.keys()][0] ?? '', [...categoryBundles.keys()][4] ?? '');
const words = fc.oneof(word, fc.uniqueArray(word, { minLength: 1, maxLength: 2 }));

const item: fc.Arbitrary<ReleaseItem> = fc.oneof(
  anId,
  fc.record({ attribute: anId, values: fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }) }),
  fc.record({ attribute: anId, matching: fc.constantFrom('.*', 'st.*', '[^@]*', 'a)|(b', '(a+)+', '学門.*') }),
  // Shapes that no file can have: a deny of them must hold, a release must not.
  fc.constantFrom({ attribute: 'mail', value: ['x'] }, { values: ['x'] }, null) as unknown as fc.Arbitrary<ReleaseItem>,
);
const items = fc.array(item, { maxLength: 3 });

const conditions = fc.record(
  {
    source: words,
    category: words,
    registrationAuthority: words,
    group: words,
    affiliation: fc.constantFrom('student', 'faculty', 'staff@example.ac.jp'),
    subjectIdRequirement: fc.constantFrom('any', 'none'),
    serviceProviders: fc.constantFrom(
      [{ name: 'x', entityIds: ['https://sp.example.org/sp'] }],
      [{ name: 'y', entityIds: ['https://other.example.org/sp'] }],
    ),
    somethingNew: word,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Exclude<ReleaseTarget, 'any'>>;
const target: fc.Arbitrary<ReleaseTarget> = fc.oneof(
  fc.constant('any' as const),
  conditions,
  fc
    .record({ own: conditions, not: fc.oneof(conditions, fc.array(conditions, { maxLength: 2 })) })
    .map(({ own, not }) => ({ ...own, not })),
);
const scope = fc.oneof(
  fc.constantFrom('requested' as const, 'required' as const, 'bundle' as const, 'all' as const),
  items,
);
const nameId = fc.uniqueArray(fc.constantFrom(nameIdFormats.persistent, nameIdFormats.emailAddress));
const aRule: fc.Arbitrary<ReleaseRule> = fc.record({
  name: fc.string(),
  to: target,
  release: scope,
  deny: items,
  nameId,
});
const rules = fc.array(aRule, { maxLength: 5 });

const recipient: fc.Arbitrary<Recipient> = fc
  .record({
    source: word,
    categories: fc.uniqueArray(word),
    requested: someIds,
    isRequired: fc.boolean(),
    groups: fc.uniqueArray(word),
    subjectIdRequirement: fc.constantFrom(undefined, 'subject-id' as const, 'any' as const, 'none' as const),
  })
  .map(({ requested, isRequired, groups, ...serviceProvider }) => {
    const names = dictionary.filter(({ id }) => requested.includes(id)).map(({ name }) => name);
    const service = requesting(1, Object.fromEntries(names.map((name) => [name, ['student', '学門大学']])));
    const all = service.requested.map((one) => ({ ...one, isRequired }));
    return {
      serviceProvider: exampleServiceProvider({
        ...serviceProvider,
        attributeConsumingServices: [{ ...service, requested: all }],
      }),
      groups,
      attributeConsumingServiceIndex: undefined,
    };
  });

/** Everything that goes out, each as one line. */
function leaving(to: Recipient, some: readonly ReleaseRule[]): ReadonlySet<string> {
  const attributes = filterAttributes(resolved, to, some).released.flatMap(({ definition, values }) =>
    values.map((value) => `${definition.id} ${attributeValueText(value)}`),
  );
  return new Set([...attributes, ...judgeNameIdFormats(to, some, resolved).permitted]);
}

type NameIdWish = {
  readonly requested: string | undefined;
  readonly metadataFormats: readonly string[];
  readonly unmade: readonly string[];
};

function nameGiven(to: Recipient, some: readonly ReleaseRule[], { unmade, ...wish }: NameIdWish): string {
  const judged = judgeNameIdFormats(to, some, resolved, (format) => !unmade.includes(format));
  try {
    return decideNameIdFormat({ ...wish, ...judged });
  } catch {
    return 'none';
  }
}

const expectNoMore = (after: ReadonlySet<string>, before: ReadonlySet<string>): void =>
  expect([...after].filter((one) => !before.has(one))).toEqual([]);

const runs = { numRuns: 300 };

describe('laws of release', () => {
  test('what is released was resolved, value by value, and every value has exactly one fate', () => {
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
        for (const { attribute, values, kept } of decisions) {
          expect(new Set([...values, ...kept.map(({ value }) => value)])).toEqual(new Set(attribute.values));
          expect(values.length + kept.length).toBe(attribute.values.length);
        }
      }),
      runs,
    );
  });

  test('adding a deny never releases more, of attributes, values and NameID formats, wherever it stands', () => {
    fc.assert(
      fc.property(recipient, rules, target, items, fc.nat(), (recipientOfIt, some, to, deny, place) => {
        const more: ReleaseRule = { name: 'deny', to, release: [], deny };
        const after = leaving(recipientOfIt, some.toSpliced(place % (some.length + 1), 0, more));
        expectNoMore(after, leaving(recipientOfIt, some));
      }),
      runs,
    );
  });

  test('adding a deny never makes the NameID tell more: it stays, or becomes a transient one, or none is given', () => {
    const formats: string[] = [nameIdFormats.persistent, nameIdFormats.emailAddress, nameIdFormats.transient];
    const wish = fc.record({
      requested: fc.option(fc.constantFrom(...formats), { nil: undefined, freq: 3 }),
      metadataFormats: fc.shuffledSubarray(formats, { minLength: 2 }),
      unmade: fc.subarray(formats.slice(0, 2), { maxLength: 1 }),
    });
    const naming = fc.subarray(['mail', 'eduPersonTargetedID', 'pairwise-id'], { minLength: 1 });
    const permitting = aRule.map((one): ReleaseRule => ({ ...one, to: 'any', deny: [], nameId: formats }));
    fc.assert(
      fc.property(recipient, rules, permitting, target, naming, wish, (about, some, permission, to, deny, asked) => {
        const before = [permission, ...some];
        const stricter = { ...permission, deny: [...permission.deny, ...deny] };
        const least = asked.requested === undefined ? nameIdFormats.transient : 'none';
        for (const after of [
          [stricter, ...some],
          [...before, { name: 'deny', to, release: [], deny }],
        ]) {
          expect([nameGiven(about, before, asked), least]).toContain(nameGiven(about, after, asked));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a deny of an attribute to any leaves exactly the others', () => {
    fc.assert(
      fc.property(recipient, rules, anId, (to, some, denied) => {
        const before = filterAttributes(resolved, to, some).released;
        const deny: ReleaseRule = { name: 'deny', to: 'any', release: [], deny: [denied] };
        const after = filterAttributes(resolved, to, [...some, deny]).released;
        expect([...after]).toEqual(before.filter(({ definition }) => definition.id !== denied));
      }),
      runs,
    );
  });

  test('a permission with more conditions, or with more exceptions, never releases more', () => {
    fc.assert(
      fc.property(recipient, rules, aRule, conditions, (to, some, permission, more) => {
        const before = { ...permission, deny: [] };
        const own = before.to === 'any' ? {} : before.to;
        const excluded = own.not === undefined ? [] : 'map' in own.not ? own.not : [own.not];
        // Such a target means nobody, until something is added to it.
        fc.pre(before.to === 'any' || (Object.keys(own).length > 0 && (own.not === undefined || excluded.length > 0)));
        const narrowed = [
          { ...before, to: before.to === 'any' ? more : { ...more, ...own } },
          { ...before, to: { ...own, not: [...excluded, more] } },
        ];
        for (const after of narrowed) expectNoMore(leaving(to, [...some, after]), leaving(to, [...some, before]));
      }),
      runs,
    );
  });

  test('the order of the rules changes nothing about what goes', () => {
    fc.assert(
      fc.property(recipient, rules, (to, some) => {
        const backwards = some.toReversed();
        expect(leaving(to, backwards)).toEqual(leaving(to, some));
        expect([...filterAttributes(resolved, to, backwards).released]).toEqual([
          ...filterAttributes(resolved, to, some).released,
        ]);
      }),
      runs,
    );
  });
});
