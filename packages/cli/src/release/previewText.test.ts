import { createComputedIdGenerator, type IdentifierGenerator, noRecipes, type ReleaseRule } from '@gakumon/attributes';
import { defaultServiceProviderSettings, releaseAttributes } from '@gakumon/idp';
import { parseServiceProviders, type ServiceProvider } from '@gakumon/metadata';
import { type EntityId, nameIdFormats, type Person, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { describePreview } from './describePreview.ts';
import type { Preview } from './previewRelease.ts';
import { previewText } from './previewText.ts';

const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example.org/">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>${nameIdFormats.persistent}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs" index="1"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>`;
const [serviceProvider] = parseServiceProviders(Buffer.from(metadata), 'ours').serviceProviders as [ServiceProvider];

const computed = createComputedIdGenerator({
  name: 'computed',
  source: 'username',
  salt: Buffer.from('0123456789abcdef'),
  algorithm: 'sha1',
  encoding: 'base32',
});
const stored: IdentifierGenerator = { kind: 'stored', name: 'stored', source: 'username', first: 'random' };

const person: Person = {
  username: 's1234567' as Username,
  directory: 'local',
  passwordVersion: undefined,
  account: {},
  groups: [],
  attributes: { displayName: ['Hanako \u001b[31mGakumon'], mail: ['hanako@example.ac.jp'] },
};
const rules: readonly ReleaseRule[] = [
  { name: 'names', to: 'any', release: ['mail'], deny: [], nameId: [nameIdFormats.persistent] },
];

function preview(changes: Partial<Preview> = {}, persistent: IdentifierGenerator = computed): Preview {
  const settings = {
    ...defaultServiceProviderSettings,
    attributes: { mail: { name: 'email' } },
  } as Preview['settings'];
  const idp = {
    entityId: 'https://idp.example.ac.jp/idp/shibboleth' as EntityId,
    scopes: ['example.ac.jp'],
    directoryScopes: {},
    identifierGenerators: { targetedId: computed, pairwiseId: computed, persistent },
    releaseRules: () => rules,
    recipes: () => noRecipes,
    isBlocked: () => false,
    settingsOf: () => settings,
  };
  const request = { attributeConsumingServiceIndex: undefined, nameIdFormat: undefined };
  const release = releaseAttributes(idp, { request }, serviceProvider, person, () => 'transient');
  return { person, serviceProvider, release, encryption: { kind: 'clear' }, refusal: undefined, settings, ...changes };
}

test('whoever cannot log in now gets told so, by whatever keeps them out', () => {
  const closed = { ...person, account: { closed: { reason: 'disabled' } } } as const;
  const refusal = { rule: 'members', reason: 'they are none of those', message: undefined, contact: undefined };
  const encryption = {
    kind: 'impossible',
    detail: 'https://sp.example.org/: its metadata has no encryption key',
  } as const;
  const changed = preview({ person: closed, refusal, encryption });
  const text = previewText(changed);
  expect(text).toMatch(/^account +nobody logs in with it: disabled$/m);
  expect(text).toMatch(/^access +refused by the rule members: they are none of those$/m);
  expect(text).toMatch(/^encrypted +impossible, so nobody can log in: /m);
  expect(text).toMatch(/^would go +value/m);
  expect(describePreview(changed)).toMatchObject({
    encrypted: false,
    encryption: { kind: 'impossible' },
    access: { permitted: false, rule: 'members' },
    account: { open: false, closed: 'disabled' },
  });
});

test('what a password asks for, and sources that are away, are told', () => {
  const late = { ...person, account: { password: { kind: 'expired' } }, sourcesAway: ['personnel'] } as const;
  const text = previewText(preview({ person: late }));
  expect(text).toMatch(/^account +its password has expired$/m);
  expect(text).toMatch(/^sources away +personnel$/m);
  expect(describePreview(preview({ person: late }))).toMatchObject({
    account: { open: true, password: 'expired' },
    sourcesAway: ['personnel'],
  });
});

test('attributes have the names that they go out with', () => {
  const { attributes, nameId } = describePreview(preview());
  expect(attributes.find(({ name }) => name === 'mail')).toEqual({
    name: 'mail',
    oid: 'email',
    values: ['hanako@example.ac.jp'],
    released: true,
    rule: 'names',
    reason: 'this rule names it',
    required: null,
    kept: [],
  });
  expect(nameId).toEqual({ format: nameIdFormats.persistent, value: expect.stringMatching(/^[A-Z2-7]{32}$/) });
});

test('a stored identifier that nobody has yet is not drawn, and its place-holder never shown', () => {
  const { nameId } = describePreview(preview({}, stored));
  expect(nameId).toEqual({ format: nameIdFormats.persistent, value: '(drawn at the first login there)' });
  expect(previewText(preview({}, stored))).toMatch(/^NameID +persistent \(drawn at the first login there\)$/m);
});

test('attack: what a directory says does not steer the terminal', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
  expect(previewText(preview())).not.toMatch(/\u001b/);
});
