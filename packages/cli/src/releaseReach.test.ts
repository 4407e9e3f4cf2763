import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadReleaseRules } from '@gakumon/config';
import { parseServiceProviders } from '@gakumon/metadata';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { warnOfUnknownAttributes } from './check/unknownAttributes.ts';
import { listUnreached, ruleHint } from './releaseReach.ts';

const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example.org/">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs" index="1"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>`;
const { serviceProviders } = parseServiceProviders(Buffer.from(metadata), 'sp');

async function unreachedBy(rules: string): Promise<readonly string[]> {
  const file = join(await temporaryFolder(), 'release.yaml');
  await writeFile(file, `version: 1\nrules:\n${rules}\n`);
  return listUnreached(serviceProviders, await loadReleaseRules(file)).map(({ entityId }) => entityId);
}

test.each([
  ['nothing', ''],
  ['a rule for another source', '  - { name: a, to: { source: local }, release: requested }'],
  ['a rule that only denies', '  - { name: a, to: any, deny: [mail] }'],
])('%s reaches no service provider', async (_, rules) => {
  expect(await unreachedBy(rules)).toEqual(['https://sp.example.org/']);
});

test.each([
  ['that the hint gives', `  ${/- \{.*/.exec(ruleHint('sp', 'release.yaml'))?.[0]}`],
  ['for anybody', '  - { name: a, to: any, release: [mail] }'],
  ['for the entity', '  - { name: a, to: { entityId: https://sp.example.org/ }, release: all }'],
  ['for people', '  - { name: a, to: { group: staff }, release: all }'],
  ['that permits a NameID alone', '  - { name: a, to: { source: sp }, nameId: [persistent] }'],
])('a rule %s reaches it', async (_, rules) => {
  expect(await unreachedBy(rules)).toEqual([]);
});

test('a mistyped attribute is told once; what a generator reads is not mistyped', () => {
  const generator = {
    name: 'old',
    source: 'employeeNumber',
    salt: { env: 'SALT' },
    saltEncoding: 'text',
    algorithm: 'sha1',
    encoding: 'base32',
  } as const;
  const identifiers = { generators: [generator], targetedId: 'old', pairwiseId: 'old', persistent: 'old' };
  const person = (username: string, names: readonly string[]) => ({
    username,
    passwordHash: '',
    groups: [],
    totpSecret: undefined,
    attributes: Object.fromEntries(names.map((name) => [name, ['x']])),
  });
  const people = [
    person('one', ['affiliation', 'mail', 'employeeNumber', 'affiliaton']),
    person('two', ['affiliaton']),
  ];
  expect(warnOfUnknownAttributes('users.yaml', people, { identifiers })).toMatchObject([
    { level: 'warn', message: 'users.yaml: nothing reads the attribute "affiliaton" (of one, for one)' },
  ]);
});
