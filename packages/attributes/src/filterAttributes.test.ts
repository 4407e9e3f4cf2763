import type { ServiceProvider } from '@gakumon/metadata';
import { describe, expect, test } from '@jest/globals';
import { filterAttributes } from './filterAttributes.ts';
import type { ReleaseRule, ReleaseTarget } from './releaseRules.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import {
  asTable,
  exampleContext,
  examplePerson,
  exampleServiceProvider,
  requesting,
  student,
} from './testing/examples.ts';

const rule = (changes: Partial<ReleaseRule>): ReleaseRule => ({
  name: 'rule',
  to: 'any',
  release: [],
  deny: [],
  ...changes,
});

function releaseTo(
  serviceProvider: Parameters<typeof exampleServiceProvider>[0],
  rules: readonly ReleaseRule[],
  { index = undefined as number | undefined, person = student } = {},
) {
  const { resolved } = resolveAttributes(person, exampleContext());
  const recipient = {
    serviceProvider: exampleServiceProvider(serviceProvider),
    groups: person.groups,
    attributeConsumingServiceIndex: index,
  };
  const { released, decisions } = filterAttributes(resolved, recipient, rules);
  return { ids: released.map(({ definition }) => definition.id), table: asTable(released), decisions, resolved };
}

const mail = 'urn:oid:0.9.2342.19200300.100.1.3';
const affiliation = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1';

describe('filterAttributes', () => {
  test('without rules nothing goes, and every attribute has its reason', () => {
    const { ids, decisions, resolved } = releaseTo({}, []);
    expect(ids).toEqual([]);
    expect(decisions.map(({ attribute }) => attribute)).toEqual([...resolved]);
    expect(new Set(decisions.map(({ code }) => code))).toEqual(new Set(['no-rule']));
  });

  test('a list lets out those named, `all` lets out everything', () => {
    expect(releaseTo({}, [rule({ release: ['mail', 'jaDisplayName'] })]).ids).toEqual(['jaDisplayName', 'mail']);
    const { ids, resolved } = releaseTo({}, [rule({ release: 'all' })]);
    expect(ids).toHaveLength(resolved.length);
  });

  test('a deny wins over every permission, wherever it stands', () => {
    const permit = rule({ name: 'open', release: 'all' });
    const named = rule({ name: 'named', release: ['mail'] });
    const deny = rule({ name: 'closed', deny: ['mail'] });
    for (const rules of [[permit, named, deny], [deny, permit, named], [rule({ release: 'all', deny: ['mail'] })]]) {
      expect(releaseTo({}, rules).ids).not.toContain('mail');
    }
    const { decisions } = releaseTo({}, [permit, deny]);
    const decision = decisions.find(({ attribute }) => attribute.definition.id === 'mail');
    expect(decision).toMatchObject({ released: false, values: [], rule: 'closed', code: 'denied' });
  });

  test.each<[ReleaseTarget, boolean]>([
    ['any', true],
    [{ entityId: 'https://sp.example.org/sp' }, true],
    [{ entityId: 'https://sp.example.org/sp/' }, false],
    [{ entityId: 'https://SP.example.org/sp' }, false],
    [{ source: 'federation' }, true],
    [{ source: 'fed' }, false],
    [{ category: 'http://refeds.org/category/research-and-scholarship' }, true],
    [{ category: 'http://refeds.org/category/research' }, false],
    [{ registrationAuthority: 'https://www.gakunin.jp' }, true],
    [{ registrationAuthority: 'https://example.org' }, false],
    [{ group: 'students' }, true],
    [{ group: 'staff' }, false],
  ])('a rule to %j speaks of this SP and person: %s', (to, expected) => {
    const serviceProvider = {
      categories: ['http://refeds.org/category/research-and-scholarship'],
      registrationAuthority: 'https://www.gakunin.jp',
    };
    expect(releaseTo(serviceProvider, [rule({ to, release: ['mail'] })]).ids).toEqual(expected ? ['mail'] : []);
  });

  test('an SP without a registration authority is matched by no rule about one', () => {
    const to = { registrationAuthority: undefined } as unknown as ReleaseTarget;
    expect(releaseTo({ registrationAuthority: undefined }, [rule({ to, release: 'all' })]).ids).toEqual([]);
  });

  test.each([
    ['an unknown kind', { country: 'jp' }],
    ['a part of an object', { constructor: 'Object' }],
    ['an unknown kind beside a known one', { entityId: 'https://sp.example.org/sp', country: 'jp' }],
    ['no values', { group: [] }],
    ['values that are no text', { group: ['students', 7] }],
    ['a value that is left out', { entityId: undefined }],
    ['an exception of an unknown kind', { source: 'federation', not: { country: 'jp' } }],
    ['an exception that is empty', { source: 'federation', not: {} }],
    ['no exceptions', { source: 'federation', not: [] }],
    ['an exception in an exception', { source: 'federation', not: { not: { group: 'x' } } }],
    ['a group of service providers of which nobody knows who is in it', { serviceProviders: ['journals'] }],
    ['a group of no service providers', { serviceProviders: [{ name: 'journals', entityIds: [] }] }],
    ['nothing', {}],
    ['null', null],
    ['another word', 'everybody'],
    ['a list', ['any']],
  ])('a target of %s permits nothing, and its deny counts for all', (_what, to) => {
    const unknown = { to: to as unknown as ReleaseTarget };
    expect(releaseTo({}, [rule({ ...unknown, release: 'all' })]).ids).toEqual([]);
    const open = rule({ release: ['mail', 'displayName'] });
    expect(releaseTo({}, [open, rule({ ...unknown, deny: ['mail'] })]).ids).toEqual(['displayName']);
  });

  test('groups are those of the person, not of the SP', () => {
    const outsider = { ...examplePerson({ mail: ['x@example.ac.jp'] }), groups: [] };
    const rules = [rule({ to: { group: 'students' }, release: 'all' })];
    expect(releaseTo({ categories: ['students'] }, rules, { person: outsider }).ids).toEqual([]);
  });
});

describe('release: requested', () => {
  const rules = [rule({ name: 'as-asked', release: 'requested' })];

  test('is what the metadata requests, and no more', () => {
    const sp = { attributeConsumingServices: [requesting(1, { [mail]: [] })] };
    const { ids, decisions } = releaseTo(sp, rules);
    expect(ids).toEqual(['mail']);
    expect(decisions.find(({ attribute }) => attribute.definition.id === 'displayName')).toMatchObject({
      code: 'not-requested',
      rule: 'as-asked',
    });
  });

  test('an SP that requests nothing gets nothing', () => {
    expect(releaseTo({}, rules).ids).toEqual([]);
  });

  test('names are compared whole: FriendlyNames and look-alikes request nothing', () => {
    const sp = {
      attributeConsumingServices: [requesting(1, { mail: [], [`${mail}0`]: [], [mail.toUpperCase()]: [] })],
    };
    expect(releaseTo(sp, rules).ids).toEqual([]);
  });

  test('where certain values are requested, only those go', () => {
    const sp = { attributeConsumingServices: [requesting(1, { [affiliation]: ['member', 'faculty'] })] };
    expect(releaseTo(sp, rules).table).toEqual({ eduPersonAffiliation: ['member'] });
    const other = { attributeConsumingServices: [requesting(1, { [affiliation]: ['staff'] })] };
    const { ids, decisions } = releaseTo(other, rules);
    expect(ids).toEqual([]);
    expect(decisions.map(({ code }) => code)).toContain('values-not-requested');
  });

  test('a rule that names the attribute is not narrowed by what is requested', () => {
    const sp = { attributeConsumingServices: [requesting(1, { [affiliation]: ['staff'] })] };
    const both = [...rules, rule({ release: ['eduPersonAffiliation'] })];
    expect(releaseTo(sp, both).table).toEqual({ eduPersonAffiliation: ['student', 'member'] });
  });

  test('follows AttributeConsumingServiceIndex, else the default service', () => {
    const services = [requesting(1, { [mail]: [] }), requesting(2, { [affiliation]: [] }, true)];
    const sp = { attributeConsumingServices: services };
    expect(releaseTo(sp, rules, { index: 1 }).ids).toEqual(['mail']);
    expect(releaseTo(sp, rules).ids).toEqual(['eduPersonAffiliation']);
    expect(releaseTo(sp, rules, { index: 9 }).ids).toEqual(['eduPersonAffiliation']);
  });

  test.each<[string | undefined, string[]]>([
    ['subject-id', ['subject-id']],
    ['pairwise-id', ['pairwise-id']],
    ['any', ['pairwise-id']],
    ['none', []],
    [undefined, []],
    ['eduPersonPrincipalName', []],
  ])('subject-id:req of %s requests %j', (written, expected) => {
    const subjectIdRequirement = written as ServiceProvider['subjectIdRequirement'];
    expect(releaseTo({ subjectIdRequirement }, rules).ids).toEqual(expected);
  });
});
