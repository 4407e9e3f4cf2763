import { parseRelease } from '@gakumon/config';
import { createServiceProviders, parseServiceProviders } from '@gakumon/metadata';
import type { EntityId } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { checkRelease } from './checkRelease.ts';

const entityOf = (entityId: string) => `<md:EntityDescriptor entityID="${entityId}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}acs" index="1"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>`;
const metadata = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">
${['https://a.example/', 'https://b.example/'].map(entityOf).join('\n')}
</md:EntitiesDescriptor>`;
const { serviceProviders } = parseServiceProviders(Buffer.from(metadata), 'ours');
const known = createServiceProviders([{ name: 'ours', serviceProviders }], {
  ownEntityId: 'https://idp.example.ac.jp/' as EntityId,
  clock: () => 0,
});

async function warningsOf(
  text: string,
  groups: { has(name: string): boolean } = new Set(['staff']),
): Promise<string[]> {
  const directory = [{ name: 'local', kind: 'file', file: 'users.yaml', scope: undefined }] as const;
  const config = { directory, metadata: { cache: '', sources: [] } };
  const found = await checkRelease('release.yaml', parseRelease(`version: 1\n${text}`, 'release.yaml'), {
    config,
    groups,
    known,
  });
  expect(found.every(({ level }) => level !== 'fail')).toBe(true);
  return found.filter(({ level }) => level === 'warn').map(({ message }) => message.replace('release.yaml: ', ''));
}

test('names that stand for nothing are told, wherever in a target they are', async () => {
  const warnings = await warningsOf(`
serviceProviders: { journals: [https://a.example/, https://gone.example/] }
rules:
  - { name: all, to: any, release: requested }
  - name: strange
    to:
      source: [ours, theirs]
      category: urn:x:none
      registrationAuthority: https://www.gakunin.jp
      group: [staff, stuff]
      serviceProviders: journals
      not: [{ entityId: https://c.example/ }, { group: guests }]
    release: [mail]
`);
  expect(warnings).toEqual([
    'rule strange: no metadata tells of https://c.example/',
    'rule strange: no metadata tells of https://gone.example/',
    'rule strange: nobody is in the group stuff',
    'rule strange: nobody is in the group guests',
    'rule strange: there is no metadata source theirs',
    'rule strange: no SP is in urn:x:none',
    'rule strange: no SP was registered by https://www.gakunin.jp',
  ]);
});

test('an access rule that nobody can satisfy, or that names nobody, is told', async () => {
  const warnings = await warningsOf(`
rules: [{ name: all, to: any, release: requested }]
access:
  - { name: closed, to: { entityId: https://a.example/ }, allow: [] }
  - { name: strange, to: { entityId: https://c.example/ }, allow: [{ group: stuff }], deny: [{ directory: guests }] }
  - { name: good, to: any, allow: [{ group: staff, directory: local }] }
`);
  expect(warnings).toEqual([
    'access rule closed: lets nobody in: allow is empty',
    'access rule strange: no metadata tells of https://c.example/',
    'access rule strange: nobody is in the group stuff',
    'access rule strange: there is no directory guests',
  ]);
});

test('where a directory cannot list its people any group may be one of theirs', async () => {
  const text = `rules: [{ name: a, to: { group: stuff }, release: requested }]`;
  expect(await warningsOf(text, { has: () => true })).toEqual([]);
  expect(await warningsOf(text)).toEqual(['rule a: nobody is in the group stuff']);
});

test.each([
  ['{ not: { entityId: https://a.example/ } }', ['https://a.example/']],
  ['{ entityId: https://b.example/, not: { group: guests } }', ['https://a.example/']],
  ['{ source: ours, affiliation: student }', []],
  ['{ subjectIdRequirement: any }', []],
  ['{ entityId: [https://a.example/, https://b.example/], not: { group: guests, source: ours } }', []],
])('a rule to %s reaches all but %j', async (to, unreached) => {
  const warnings = await warningsOf(`rules: [{ name: a, to: ${to}, release: requested }]`, { has: () => true });
  expect(warnings).toEqual(
    unreached.map((one) => `no release rule reaches ${one} of ours: only a transient NameID goes there`),
  );
});
