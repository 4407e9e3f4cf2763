import type { Person } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolveAttributes } from '../resolveAttributes.ts';
import { exampleContext, exampleServiceProvider, student } from '../testing/examples.ts';
import { decideAccess } from './decideAccess.ts';
import type { AccessRule, PersonCondition } from './types.ts';

const rule = (changes: Partial<AccessRule>): AccessRule => ({
  name: 'rule',
  to: 'any',
  allow: 'everybody',
  deny: [],
  message: undefined,
  contact: undefined,
  ...changes,
});

function decide(rules: readonly AccessRule[], person: Person = student) {
  const { resolved } = resolveAttributes(person, exampleContext());
  const recipient = {
    serviceProvider: exampleServiceProvider({ source: 'journals' }),
    groups: person.groups,
    attributeConsumingServiceIndex: undefined,
  };
  return decideAccess(rules, recipient, person, resolved);
}
const kindOf = (rules: readonly AccessRule[], person?: Person) => decide(rules, person).kind;
const reasonOf = (rules: readonly AccessRule[], person?: Person) => {
  const decision = decide(rules, person);
  return decision.kind === 'refused' ? decision.refusal.reason : undefined;
};

/** A student in the directory `local`, in the group `students`, called s1234567. */
const true_: readonly PersonCondition[] = [
  { groups: ['staff', 'students'] },
  { affiliations: ['student'] },
  { affiliations: ['member@example.ac.jp'] },
  { directories: ['local'] },
  { usernames: ['s1234567'] },
  { attributes: [{ id: 'mail', values: ['hanako@example.ac.jp'] }] },
  { groups: ['students'], directories: ['local'] },
];
const false_: readonly PersonCondition[] = [
  { groups: ['staff'] },
  { groups: ['student'] },
  { affiliations: ['faculty', 'student@other.ac.jp'] },
  { directories: ['guests'] },
  { usernames: ['s123456', 's12345678'] },
  { attributes: [{ id: 'mail', values: ['hanako'] }] },
  { groups: ['students'], directories: ['guests'] },
  {
    attributes: [
      { id: 'mail', values: ['hanako@example.ac.jp'] },
      { id: 'sn', values: ['Gakumon'] },
    ],
  },
];

describe('decideAccess', () => {
  test('everybody may use what no rule speaks of', () => {
    expect(kindOf([])).toBe('permitted');
    expect(kindOf([rule({ to: { source: 'other' }, allow: [] })])).toBe('permitted');
  });

  test.each(true_)('%j describes the student', (condition) => {
    expect(kindOf([rule({ allow: [{ groups: ['nobody'] }, condition] })])).toBe('permitted');
    expect(kindOf([rule({ deny: [condition] })])).toBe('refused');
  });

  test.each(false_)('%j does not', (condition) => {
    expect(kindOf([rule({ allow: [condition] })])).toBe('refused');
    expect(kindOf([rule({ deny: [condition] })])).toBe('permitted');
  });

  test('every rule must let somebody in, and a deny wins', () => {
    const [mine] = true_;
    const open = rule({ allow: 'everybody' });
    expect(kindOf([open, rule({ allow: [{ groups: ['staff'] }] })])).toBe('refused');
    expect(kindOf([rule({ allow: [mine ?? {}], deny: [{ usernames: ['s1234567'] }] })])).toBe('refused');
    expect(reasonOf([rule({ allow: [] })])).toBe('this rule lets nobody in');
  });

  test('the refusal names the first rule that refuses, its message and whom to ask', () => {
    const message = { ja: '図書館で', en: 'Ask at the library' };
    const contact = { name: { ja: '図書館', en: 'Library' }, url: 'https://lib.example.ac.jp/' };
    const rules = [rule({ name: 'open' }), rule({ name: 'members', allow: [{ groups: ['staff'] }], message, contact })];
    expect(decide(rules)).toEqual({
      kind: 'refused',
      refusal: {
        rule: 'members',
        reason: 'they are none of those whom this rule lets in',
        message,
        contact,
      },
    });
  });

  test('attack: a denied name in another spelling is denied all the same; a permitted one must be exact', () => {
    const person = { ...student, username: 'S1234567' as Person['username'], groups: ['Students'] };
    expect(kindOf([rule({ deny: [{ usernames: ['s1234567'] }] })], person)).toBe('refused');
    expect(kindOf([rule({ deny: [{ groups: ['ｓtudents'] }] })], person)).toBe('refused');
    expect(kindOf([rule({ allow: [{ groups: ['students'] }] })], person)).toBe('refused');
  });

  test.each([
    ['a target of an unknown kind', { to: { country: 'jp' } }],
    ['a permission of an unknown kind', { allow: [{ country: ['jp'] }] }],
    ['a permission that says nothing', { allow: [{}] }],
    ['permissions that are no list', { allow: 'nobody' }],
    ['a permission with a part of an object', { allow: [{ constructor: ['Object'] }] }],
    ['a permission whose values are no list', { allow: [{ groups: 'students' }] }],
    ['a known and an unknown permission in one', { allow: [{ groups: ['students'], country: ['jp'] }] }],
    ['a denial of an unknown kind', { deny: [{ country: ['jp'] }] }],
    ['a denial that says nothing', { deny: [{}] }],
    ['a denial without values', { deny: [{ attributes: [{ id: 'mail' }] }] }],
  ])('%s lets nobody in', (_what, changes) => {
    expect(kindOf([rule(changes as never)])).toBe('refused');
  });

  test('a known condition that fails settles what an unknown one beside it would not', () => {
    expect(kindOf([rule({ deny: [{ groups: ['staff'], country: ['jp'] } as never] })])).toBe('permitted');
  });

  test('attack: while the source is away that would tell of a denial, nobody slips in', () => {
    const unsure = { ...student, attributes: {}, sourcesAway: ['personnel'] };
    const byAttribute = [rule({ deny: [{ attributes: [{ id: 'eduPersonEntitlement', values: ['urn:x:banned'] }] }] })];
    expect(kindOf(byAttribute)).toBe('permitted');
    expect(reasonOf(byAttribute, unsure)).toBe('nobody can tell whether this rule keeps them out (away: personnel)');
    expect(reasonOf([rule({ allow: [{ affiliations: ['student'] }] })], unsure)).toMatch(/lets them in \(away: /);
    expect(kindOf([rule({ deny: [{ groups: ['guests'] }] })], unsure)).toBe('permitted');
    expect(kindOf([rule({ to: { affiliation: 'alum' } as never, allow: [] })], unsure)).toBe('refused');
  });

  test('what a source that is away would tell, beside what is known already, is not known to be missing', () => {
    const unsure = { ...student, sourcesAway: ['personnel'] };
    const byMail = [rule({ deny: [{ attributes: [{ id: 'mail', values: ['banned@example.ac.jp'] }] }] })];
    expect(kindOf(byMail)).toBe('permitted');
    expect(decide(byMail, unsure)).toMatchObject({ refusal: { isUndecided: true } });
    expect(kindOf([rule({ allow: [{ affiliations: ['student'] }] })], unsure)).toBe('permitted');
    // Students they are; whether they are faculty too, for whom another rule is, nobody can tell
    const toFaculty = decide([rule({ to: { affiliation: 'faculty' }, allow: [] })], unsure);
    expect(toFaculty).toMatchObject({ refusal: { isUndecided: true } });
    const staffOnly = decide([rule({ allow: [{ groups: ['staff'] }] })], unsure);
    expect(staffOnly).toMatchObject({ kind: 'refused' });
    expect(staffOnly).not.toMatchObject({ refusal: { isUndecided: true } });
  });

  test('more rules and more denials never let anybody in', () => {
    const condition = fc.constantFrom(...true_, ...false_);
    const someRule = fc.record({
      source: fc.constantFrom('journals', 'other'),
      allow: fc.oneof(fc.constant('everybody' as const), fc.array(condition, { maxLength: 2 })),
      deny: fc.array(condition, { maxLength: 2 }),
    });
    const toRule = ({ source, ...rest }: { source: string } & Pick<AccessRule, 'allow' | 'deny'>) =>
      rule({ to: { source }, ...rest });
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 3 }), someRule, condition, (some, more, denied) => {
        const rules = some.map(toRule);
        if (kindOf(rules) === 'permitted') return;
        expect(kindOf([...rules, toRule(more)])).toBe('refused');
        expect(kindOf(rules.map((one) => ({ ...one, deny: [...one.deny, denied] })))).toBe('refused');
      }),
    );
  });
});
