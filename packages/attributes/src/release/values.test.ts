import { describe, expect, test } from '@jest/globals';
import { filterAttributes } from '../filterAttributes.ts';
import type { ReleaseItem, ReleaseRule, ReleaseTarget } from '../releaseRules.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import { asTable, exampleContext, examplePerson, exampleServiceProvider, requesting } from '../testing/examples.ts';

const person = examplePerson({
  mail: ['hanako@example.ac.jp'],
  isMemberOf: ['https://cg.gakunin.jp/gr/one', 'https://cg.gakunin.jp/gr/two', 'urn:x:secret'],
  eduPersonEntitlement: ['urn:mace:dir:entitlement:common-lib-terms', 'urn:x:Payroll'],
  affiliation: ['student'],
});

const rule = (changes: Partial<ReleaseRule>): ReleaseRule => ({
  name: 'rule',
  to: 'any',
  release: [],
  deny: [],
  ...changes,
});

function releaseTo(rules: readonly ReleaseRule[], changes: Parameters<typeof exampleServiceProvider>[0] = {}) {
  const { resolved } = resolveAttributes(person, exampleContext());
  const recipient = {
    serviceProvider: exampleServiceProvider(changes),
    groups: person.groups,
    attributeConsumingServiceIndex: undefined,
  };
  const { released, decisions } = filterAttributes(resolved, recipient, rules);
  const decisionOn = (id: string) => decisions.find(({ attribute }) => attribute.definition.id === id);
  return { table: asTable(released), decisionOn };
}

const groups = 'isMemberOf';
const [one, two, secret] = person.attributes[groups] ?? [];

describe('release by value', () => {
  test.each<[ReleaseItem[], (string | undefined)[]]>([
    [[groups], [one, two, secret]],
    [[{ attribute: groups }], [one, two, secret]],
    [[{ attribute: groups, values: ['urn:x:secret', 'urn:x:other'] }], [secret]],
    [[{ attribute: groups, matching: 'https://cg[.]gakunin[.]jp/gr/.*' }], [one, two]],
    [[{ attribute: groups, matching: '.*/one|.*/two' }], [one, two]],
    [
      [
        { attribute: groups, values: ['urn:x:secret'] },
        { attribute: groups, matching: '.*one' },
      ],
      [one, secret],
    ],
    [
      [{ attribute: groups, values: ['urn:x:secret'] }, groups],
      [one, two, secret],
    ],
  ])('%j lets out %j', (release, expected) => {
    expect(releaseTo([rule({ release })]).table).toEqual({ isMemberOf: expected });
  });

  test.each<[string, unknown]>([
    ['a part of a value', { attribute: groups, matching: 'https://cg' }],
    ['another case', { attribute: groups, values: ['URN:x:secret'] }],
    ['no regular expression', { attribute: groups, matching: '(' }],
    ['two that become one between brackets', { attribute: groups, matching: 'a)|(.*' }],
    ['a mistyped key', { attribute: groups, value: ['urn:x:secret'] }],
    ['both ways at once', { attribute: groups, values: ['urn:x:secret'], matching: '.*' }],
    ['values that are no list', { attribute: groups, values: 'urn:x:secret' }],
    ['no attribute', { values: ['urn:x:secret'] }],
    ['null', null],
  ])('%s lets nothing out', (_what, item) => {
    expect(releaseTo([rule({ release: [item as ReleaseItem] })]).table).toEqual({});
  });

  test('what several rules let out goes together, and what stays is told with its reason', () => {
    const rules = [
      rule({ name: 'one', release: [{ attribute: groups, values: [one ?? ''] }] }),
      rule({ name: 'all-but', release: [{ attribute: groups, matching: 'https:.*' }] }),
      rule({ name: 'never', deny: [{ attribute: groups, matching: '.*/two' }] }),
    ];
    const { table, decisionOn } = releaseTo(rules);
    expect(table).toEqual({ isMemberOf: [one] });
    expect(decisionOn(groups)).toMatchObject({
      released: true,
      rule: 'one',
      reason: 'this rule names these values of it',
      kept: [
        { value: { value: two }, rule: 'never', code: 'denied' },
        { value: { value: secret }, rule: 'one', code: 'values-not-named' },
      ],
    });
  });
});

describe('deny by value', () => {
  const entitlements = 'eduPersonEntitlement';
  const [library, payroll] = person.attributes[entitlements] ?? [];
  const left = (item: unknown) =>
    releaseTo([rule({ release: [entitlements] }), rule({ name: 'never', deny: [item as ReleaseItem] })]).table[
      entitlements
    ];

  test.each<[ReleaseItem, (string | undefined)[] | undefined]>([
    [{ attribute: entitlements, values: ['urn:x:Payroll'] }, [library]],
    [{ attribute: entitlements, matching: 'urn:mace:.*' }, [payroll]],
    [{ attribute: entitlements, matching: '.*' }, undefined],
    [{ attribute: 'mail', values: ['urn:x:Payroll'] }, [library, payroll]],
  ])('%j leaves %j', (item, expected) => {
    expect(left(item)).toEqual(expected);
  });

  test.each([
    { attribute: entitlements, values: ['URN:X:PAYROLL'] },
    { attribute: entitlements, values: ['urn:x:Ｐayroll'] },
    { attribute: entitlements, matching: 'urn:x:payroll' },
  ])('attack: another spelling gets round nothing: %j', (item) => {
    expect(left(item)).toEqual([library]);
  });

  test.each([
    { attribute: entitlements, matching: '(' },
    { attribute: entitlements, matching: 'a)|(b' },
    { attribute: entitlements, value: ['urn:x:Payroll'] },
    { attribute: entitlements, values: [7] },
    { values: ['urn:x:Payroll'] },
    null,
  ])('a deny that nobody can read keeps everything: %j', (item) => {
    expect(left(item)).toBeUndefined();
  });

  test('attack: a line feed in a value does not get past a pattern', () => {
    const twoLines = examplePerson({ displayName: ['Hanako\nGakumon'] });
    const { resolved } = resolveAttributes(twoLines, exampleContext());
    const recipient = {
      serviceProvider: exampleServiceProvider(),
      groups: [],
      attributeConsumingServiceIndex: undefined,
    };
    const rules = [rule({ release: ['displayName'], deny: [{ attribute: 'displayName', matching: 'hanako.*' }] })];
    expect(filterAttributes(resolved, recipient, rules).released).toEqual([]);
  });
});

describe('release: required', () => {
  const mail = 'urn:oid:0.9.2342.19200300.100.1.3';
  const service = requesting(1, { [mail]: [], 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': [] });
  const [first, ...others] = service.requested;
  const optional = others.map((request) => ({ ...request, isRequired: false }));
  const requested = first === undefined ? [] : [first, ...optional];
  const sp = { attributeConsumingServices: [{ ...service, requested }] };

  test('is what the SP cannot do without; each decision tells whether it is that', () => {
    const { table, decisionOn } = releaseTo([rule({ release: 'required' })], sp);
    expect(table).toEqual({ mail: ['hanako@example.ac.jp'] });
    expect(decisionOn('mail')?.isRequired).toBe(true);
    expect(decisionOn('eduPersonAffiliation')).toMatchObject({ isRequired: false, code: 'not-required' });
    expect(decisionOn(groups)).toMatchObject({ isRequired: undefined, code: 'not-requested' });
    const all = releaseTo([rule({ release: 'requested' })], sp);
    expect(Object.keys(all.table)).toEqual(['mail', 'eduPersonAffiliation']);
    expect(all.decisionOn('eduPersonAffiliation')?.isRequired).toBe(false);
  });

  test('what subject-id:req asks for is required; who asks for `none` there gets none of the kind', () => {
    const required = [rule({ release: 'required' })];
    expect(Object.keys(releaseTo(required, { subjectIdRequirement: 'subject-id' }).table)).toEqual(['subject-id']);
    const asksForIds = requesting(1, {
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': [],
      'urn:oasis:names:tc:SAML:attribute:subject-id': [],
      'urn:oasis:names:tc:SAML:attribute:pairwise-id': [],
      [mail]: [],
    });
    const none = { subjectIdRequirement: 'none' as const, attributeConsumingServices: [asksForIds] };
    expect(Object.keys(releaseTo([rule({ release: 'requested' })], none).table)).toEqual([
      'mail',
      'eduPersonPrincipalName',
    ]);
  });
});

describe('targets', () => {
  const sp = {
    source: 'federation',
    categories: ['urn:x:a', 'urn:x:b'],
    registrationAuthority: 'https://www.gakunin.jp',
    subjectIdRequirement: 'any' as const,
  };
  const here = [{ name: 'here', entityIds: ['https://sp.example.org/sp'] }];
  const there = [{ name: 'there', entityIds: ['https://other.example.org/sp'] }];

  test.each<[ReleaseTarget, boolean]>([
    [{ source: ['local', 'federation'] }, true],
    [{ source: 'federation', category: 'urn:x:a' }, true],
    [{ source: 'federation', category: 'urn:x:c' }, false],
    [{ source: 'local', category: 'urn:x:a' }, false],
    [{ category: ['urn:x:c', 'urn:x:b'], group: ['students', 'staff'] }, true],
    [{ category: 'urn:x:a', group: 'staff' }, false],
    [{ affiliation: 'student' }, true],
    [{ affiliation: 'student@example.ac.jp' }, true],
    [{ affiliation: 'student@other.ac.jp' }, false],
    [{ affiliation: ['faculty', 'staff'] }, false],
    [{ serviceProviders: [...there, ...here] }, true],
    [{ serviceProviders: there }, false],
    [{ subjectIdRequirement: ['none', 'any'] }, true],
    [{ subjectIdRequirement: 'none' }, false],
    [{ not: { group: 'staff' } }, true],
    [{ not: { group: 'students' } }, false],
    [{ not: { group: 'students', source: 'local' } }, true],
    [{ not: [{ group: 'staff' }, { source: 'federation' }] }, false],
    [{ source: 'federation', not: { serviceProviders: here } }, false],
    [{ source: 'federation', not: { serviceProviders: there } }, true],
  ])('%j speaks of this SP and person: %s', (to, expected) => {
    expect(releaseTo([rule({ to, release: ['mail'] })], sp).table).toEqual(
      expected ? { mail: ['hanako@example.ac.jp'] } : {},
    );
  });

  test('attack: while a source is away, who is no student for all that anybody knows is not taken for none', () => {
    const unsure = examplePerson({ mail: ['hanako@example.ac.jp'] });
    const { resolved } = resolveAttributes(unsure, exampleContext());
    const release = (sourcesAway: readonly string[], rules: readonly ReleaseRule[]) => {
      const recipient = {
        serviceProvider: exampleServiceProvider(),
        groups: [],
        attributeConsumingServiceIndex: undefined,
        sourcesAway,
      };
      return asTable(filterAttributes(resolved, recipient, rules).released);
    };
    const denying = [rule({ release: ['mail'] }), rule({ to: { affiliation: 'student' }, deny: ['mail'] })];
    const excepting = [rule({ to: { not: { affiliation: 'student' } }, release: ['mail'] })];
    for (const rules of [denying, excepting]) {
      expect(release([], rules)).toEqual({ mail: ['hanako@example.ac.jp'] });
      expect(release(['personnel'], rules)).toEqual({});
    }
  });

  test('attack: that somebody is staff, as far as is known while a source is away, does not make them no student', () => {
    const { resolved } = resolveAttributes(
      examplePerson({ mail: ['hanako@example.ac.jp'], affiliation: ['staff'] }),
      exampleContext(),
    );
    const release = (sourcesAway: readonly string[], rules: readonly ReleaseRule[]) => {
      const serviceProvider = exampleServiceProvider();
      const recipient = { serviceProvider, groups: [], attributeConsumingServiceIndex: undefined, sourcesAway };
      return asTable(filterAttributes(resolved, recipient, rules).released);
    };
    const open = rule({ release: ['mail'] });
    const unsure = [
      [open, rule({ to: { affiliation: 'student' }, deny: ['mail'] })],
      [open, rule({ to: { affiliation: ['student', 'faculty'] }, deny: ['mail'] })],
      [rule({ to: { not: { affiliation: 'student' } }, release: ['mail'] })],
    ];
    for (const rules of unsure) {
      expect(release([], rules)).toEqual({ mail: ['hanako@example.ac.jp'] });
      expect(release(['personnel'], rules)).toEqual({});
    }
    // What is known is known
    const known = [rule({ to: { affiliation: ['student', 'staff'] }, release: ['mail'] })];
    expect(release(['personnel'], known)).toEqual({ mail: ['hanako@example.ac.jp'] });
    const denied = [open, rule({ to: { affiliation: 'staff' }, deny: ['mail'] })];
    expect(release([], denied)).toEqual({});
  });
});
