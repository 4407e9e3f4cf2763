import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseServiceProviders, type ServiceProvider } from '@gakumon/metadata';
import { describeWithSamples } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { dictionary } from '../dictionary.ts';
import { filterAttributes } from '../filterAttributes.ts';
import type { ReleaseScope } from '../releaseRules.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import { exampleContext, examplePerson, exampleServiceProvider, requesting } from '../testing/examples.ts';

/** Somebody of whom everything is known that the dictionary has a name for. */
const everybody = examplePerson({
  jaDisplayName: ['学門 花子'],
  jasn: ['学門'],
  jaGivenName: ['花子'],
  displayName: ['Hanako Gakumon'],
  sn: ['Gakumon'],
  givenName: ['Hanako'],
  mail: ['hanako@example.ac.jp'],
  jao: ['学門大学'],
  jaou: ['文学部'],
  o: ['Gakumon University'],
  ou: ['Letters'],
  affiliation: ['student'],
  isMemberOf: ['https://cg.gakunin.jp/gr/one'],
  eduPersonEntitlement: ['urn:mace:dir:entitlement:common-lib-terms'],
  eduPersonAssurance: ['https://refeds.org/assurance'],
  eduPersonUniqueId: ['0123abcd@example.ac.jp'],
  eduPersonOrcid: ['https://orcid.org/0000-0002-1825-0097'],
  gakuninScopedPersonalUniqueCode: ['student:1234567@example.ac.jp'],
});
const { resolved } = resolveAttributes(everybody, exampleContext());

const recipientOf = (serviceProvider: ServiceProvider, index?: number) => ({
  serviceProvider,
  groups: [],
  attributeConsumingServiceIndex: index,
});

function idsReleased(serviceProvider: ServiceProvider, category: string | undefined, release: ReleaseScope): string[] {
  const rule = { name: 'rule', to: category === undefined ? ('any' as const) : { category }, release, deny: [] };
  const { released } = filterAttributes(resolved, recipientOf(serviceProvider), [rule]);
  return released.map(({ definition }) => definition.id).toSorted();
}

const rs = 'http://refeds.org/category/research-and-scholarship';
const anonymous = 'https://refeds.org/category/anonymous';
const pseudonymous = 'https://refeds.org/category/pseudonymous';
const personalized = 'https://refeds.org/category/personalized';
const codeOfConduct = [
  'https://refeds.org/category/code-of-conduct/v2',
  'http://www.geant.net/uri/dataprotection-code-of-conduct/v1',
];

/**
 * What the categories permit, attribute by attribute, as their specifications publish it (REFEDS R&S 1.3 section 5,
 * Anonymous 2.0 section 4, Pseudonymous 2.0 and Personalized 2.0 section 5); written here on its own, so that it judges.
 */
const published: readonly (readonly [attribute: string, categories: readonly string[]])[] = [
  ['displayName', [rs, personalized]],
  ['givenName', [rs, personalized]],
  ['sn', [rs, personalized]],
  ['mail', [rs, personalized]],
  ['schacHomeOrganization', [anonymous, pseudonymous, personalized]],
  ['eduPersonScopedAffiliation', [rs, anonymous, pseudonymous, personalized]],
  ['eduPersonAssurance', [pseudonymous, personalized]],
  ['eduPersonPrincipalName', [rs]],
  ['eduPersonTargetedID', [rs]],
  ['subject-id', [personalized]],
  ['pairwise-id', [pseudonymous]],
  ['jaDisplayName', []],
  ['jasn', []],
  ['jaGivenName', []],
  ['jao', []],
  ['jaou', []],
  ['o', []],
  ['ou', []],
  ['eduPersonAffiliation', []],
  ['isMemberOf', []],
  ['eduPersonEntitlement', []],
  ['eduPersonUniqueId', []],
  ['eduPersonOrcid', []],
  ['gakuninScopedPersonalUniqueCode', []],
];
const tableOf = (category: string): string[] =>
  published.flatMap(([attribute, categories]) => (categories.includes(category) ? [attribute] : [])).toSorted();

describe('what entity categories permit', () => {
  test('the table speaks of every attribute, and the person has them all', () => {
    const all = dictionary.map(({ id }) => id).toSorted();
    expect(published.map(([attribute]) => attribute).toSorted()).toEqual(all);
    expect(resolved.map(({ definition }) => definition.id).toSorted()).toEqual(all);
  });

  test.each([rs, anonymous, pseudonymous, personalized])('%s: exactly the table goes', (category) => {
    const inIt = exampleServiceProvider({ categories: [category] });
    expect(idsReleased(inIt, category, 'bundle')).toEqual(tableOf(category));
    // What the metadata requests beside it makes no difference.
    const asking = { ...inIt, attributeConsumingServices: [requesting(1, { [dictionary[0]?.name ?? '']: [] })] };
    expect(idsReleased(asking, category, 'bundle')).toEqual(tableOf(category));
  });

  test('an SP of two categories gets what either permits, where the rule names both', () => {
    const serviceProvider = exampleServiceProvider({ categories: [rs, pseudonymous] });
    const rule = { name: 'rule', to: { category: [rs, pseudonymous] }, release: 'bundle' as const, deny: [] };
    const { released } = filterAttributes(resolved, recipientOf(serviceProvider), [rule]);
    expect(new Set(released.map(({ definition }) => definition.id))).toEqual(
      new Set([...tableOf(rs), ...tableOf(pseudonymous)]),
    );
    expect(idsReleased(serviceProvider, rs, 'bundle')).toEqual(tableOf(rs));
  });

  test.each([rs, anonymous, pseudonymous, personalized, ...codeOfConduct])(
    'attack: who is not in %s, or only in one that is called alike, gets nothing of it',
    (category) => {
      for (const categories of [
        [],
        [`${category}/`],
        [category.toUpperCase()],
        [category.replace('refeds.org', 'refeds.example')],
      ]) {
        const others = categories.filter((one) => one !== category);
        expect(idsReleased(exampleServiceProvider({ categories: others }), category, 'bundle')).toEqual([]);
      }
    },
  );

  test('a bundle of no category, or of one that has none, is nothing', () => {
    const categories = ['http://refeds.org/category/hide-from-discovery', rs];
    const serviceProvider = exampleServiceProvider({ categories });
    expect(idsReleased(serviceProvider, undefined, 'bundle')).toEqual([]);
    expect(idsReleased(serviceProvider, 'http://refeds.org/category/hide-from-discovery', 'bundle')).toEqual([]);
  });

  test.each(codeOfConduct)('%s: what is requested, or only what is required', (category) => {
    const nameOf = (id: string) => dictionary.find((one) => one.id === id)?.name ?? '';
    const service = requesting(1, { [nameOf('mail')]: [], [nameOf('displayName')]: [] });
    const requested = service.requested.map((one) => ({ ...one, isRequired: one.name === nameOf('mail') }));
    const serviceProvider = exampleServiceProvider({
      categories: [category],
      attributeConsumingServices: [{ ...service, requested }],
      subjectIdRequirement: 'pairwise-id',
    });
    expect(idsReleased(serviceProvider, category, 'bundle')).toEqual(['displayName', 'mail', 'pairwise-id']);
    expect(idsReleased(serviceProvider, category, 'required')).toEqual(['mail', 'pairwise-id']);
    expect(idsReleased(exampleServiceProvider({ categories: [category] }), category, 'bundle')).toEqual([]);
  });
});

describeWithSamples('real federations', (folder) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));

  test.each(files)('%s: what goes by `requested` was requested, and by `required` required', (name) => {
    const { serviceProviders } = parseServiceProviders(readFileSync(join(folder, name)), 'sample');
    const rule = (release: ReleaseScope) => [{ name: 'rule', to: 'any' as const, release, deny: [] }];
    let indexes = 0;
    for (const serviceProvider of serviceProviders) {
      const { attributeConsumingServices: services, subjectIdRequirement } = serviceProvider;
      const byEntity = { any: ['pairwise-id'], 'pairwise-id': ['pairwise-id'], 'subject-id': ['subject-id'], none: [] };
      for (const service of services.length === 0 ? [undefined] : services) {
        const asked = service?.requested ?? [];
        const recipient = recipientOf(serviceProvider, service?.index);
        const named = (isCounted: (one: (typeof asked)[number]) => boolean) => [
          ...asked.filter(isCounted).map((one) => dictionary.find((entry) => entry.name === one.name)?.id),
          ...(subjectIdRequirement === undefined ? [] : byEntity[subjectIdRequirement]),
        ];
        const going = (release: ReleaseScope) =>
          filterAttributes(resolved, recipient, rule(release)).released.map(({ definition }) => definition.id);
        expect(named(() => true)).toEqual(expect.arrayContaining(going('requested')));
        expect(named(({ isRequired }) => isRequired)).toEqual(expect.arrayContaining(going('required')));
        expect(going('requested')).toEqual(expect.arrayContaining(going('required')));
        indexes += 1;
      }
    }
    expect(indexes).toBeGreaterThanOrEqual(serviceProviders.length);
  });

  test('in the largest one most SPs that ask for anything get something', () => {
    const file = join(folder, 'pysaml2-tests_remote_data_metadata.aaitest.xml');
    const { serviceProviders } = parseServiceProviders(readFileSync(file), 'sample');
    const served = serviceProviders.filter((one) => idsReleased(one, undefined, 'requested').length > 0);
    expect(serviceProviders.length).toBeGreaterThan(200);
    expect(served.length).toBeGreaterThan(serviceProviders.length / 2);
  });
});
