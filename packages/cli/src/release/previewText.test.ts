import { openConfiguredStores } from '@gakumon/assembly';
import { createComputedIdGenerator, type IdentifierGenerator, noRecipes, type ReleaseRule } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import { defaultServiceProviderSettings, type ServiceProviderSettings } from '@gakumon/idp';
import { parseServiceProviders, type ServiceProvider } from '@gakumon/metadata';
import { type EntityId, nameIdFormats, type Person, type Username } from '@gakumon/terms';
import { afterAll, expect, test } from '@jest/globals';
import { describePreview } from './describePreview.ts';
import { decide, type Preview, type Releasing } from './previewRelease.ts';
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

const entityId = 'https://idp.example.ac.jp/idp/shibboleth' as EntityId;
const aal2 = 'https://www.gakunin.jp/profile/AAL2';
const inMemory = { idp: { entityId }, stores: { records: { kind: 'memory' }, sessions: { kind: 'memory' } } };
const stores = await openConfiguredStores(inMemory as unknown as Config, { clock: Date.now, env: {} });
const { storedIds } = stores;
afterAll(() => stores.close());

/** By the functions of a login, with what differs from the usual. */
async function preview(
  changes: Partial<Preview> = {},
  persistent: IdentifierGenerator = computed,
  about: Partial<Releasing> = {},
  nameIdFormat?: string,
): Promise<Preview> {
  const settings = { ...defaultServiceProviderSettings, attributes: { mail: { name: 'email' } } };
  const idp: Releasing = {
    entityId,
    scopes: ['example.ac.jp'],
    directoryScopes: {},
    identifierGenerators: { targetedId: computed, pairwiseId: computed, persistent },
    releaseRules: () => rules,
    accessRules: () => [],
    recipes: () => noRecipes,
    isBlocked: () => false,
    settingsOf: () => settings as unknown as ServiceProviderSettings,
    storedIds: storedIds,
    cipherOfSource: () => undefined,
    assuranceUris: [aal2],
    ...about,
  };
  return { ...(await decide(idp, person, serviceProvider, { index: undefined, nameIdFormat })), ...changes };
}

test('whoever cannot log in now gets told so, by whatever keeps them out', async () => {
  const closed = { ...person, account: { closed: { reason: 'disabled' } } } as const;
  const refusal = { rule: 'members', reason: 'they are none of those', message: undefined, contact: undefined };
  const encryption = {
    kind: 'impossible',
    detail: 'https://sp.example.org/: its metadata has no encryption key',
  } as const;
  const changed = await preview({ person: closed, refusal, encryption });
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

test('what a password asks for, and sources that are away, are told', async () => {
  const late = { ...person, account: { password: { kind: 'expired' } }, sourcesAway: ['personnel'] } as const;
  const text = previewText(await preview({ person: late }));
  expect(text).toMatch(/^account +its password has expired$/m);
  expect(text).toMatch(/^sources away +personnel$/m);
  expect(describePreview(await preview({ person: late }))).toMatchObject({
    account: { open: true, password: 'expired' },
    sourcesAway: ['personnel'],
  });
});

test('attributes have the names that they go out with', async () => {
  const { attributes, nameId } = describePreview(await preview());
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

test('a stored identifier that nobody has yet is not drawn, and its place-holder never shown', async () => {
  const { nameId } = describePreview(await preview({}, stored));
  expect(nameId).toEqual({ format: nameIdFormats.persistent, value: '(drawn at the first login there)' });
  expect(previewText(await preview({}, stored))).toMatch(/^NameID +persistent \(drawn at the first login there\)$/m);
});

test('a stored identifier that will begin with a computed value is shown as that value, until it was ended', async () => {
  const begun: IdentifierGenerator = { ...stored, first: computed };
  const value = async () => describePreview(await preview({}, begun)).nameId.value;
  const likeBefore = await value();
  expect(likeBefore).toBe(describePreview(await preview()).nameId.value);
  const { entityId: peerEntity } = serviceProvider;
  const names = { principalName: person.username, localId: person.username, peerProvidedId: undefined };
  const kept = { localEntity: entityId, peerEntity, ...names, creationDate: 1, deactivationDate: undefined };
  await storedIds.add({ ...kept, persistentId: 'the-one-kept' });
  expect(await value()).toBe('the-one-kept');
  await storedIds.deactivate(entityId, peerEntity, 'the-one-kept', 2);
  expect(await value()).toBe('(drawn at the first login there)');
});

const naming = (nameId: string[], deny: string[] = []): Partial<Releasing> => ({
  releaseRules: () => [{ name: 'names', to: 'any', release: [], deny, nameId }],
});
const { transient, persistent, emailAddress } = nameIdFormats;

test('which NameIDs may be asked for, and which is given where none is', async () => {
  const both = naming([persistent, emailAddress]);
  const usual = describePreview(await preview({}, computed, both));
  expect(usual.nameId.format).toBe(persistent);
  const nameIdFormatsOf = { permitted: [transient, persistent, emailAddress], withoutPolicy: persistent };
  expect(usual.nameIdFormats).toEqual(nameIdFormatsOf);
  const asked = await preview({}, computed, both, emailAddress);
  expect(describePreview(asked)).toMatchObject({
    nameId: { format: emailAddress, value: 'hanako@example.ac.jp' },
    nameIdFormats: nameIdFormatsOf,
  });
  expect(previewText(asked)).toMatch(
    /^may be asked for +transient, persistent \(given where nothing is asked\), emailAddress$/m,
  );
});

test('attack: a denied persistent NameID does not turn into the mail address, and cannot be asked for', async () => {
  const denied = naming([persistent, emailAddress], ['eduPersonTargetedID']);
  expect(describePreview(await preview({}, computed, denied))).toMatchObject({
    nameId: { format: transient },
    nameIdFormats: { permitted: [transient, emailAddress], withoutPolicy: transient },
  });
  await expect(preview({}, computed, denied, persistent)).rejects.toMatchObject({ code: 'name-id-policy' });
});

test('how strong a login was is announced only where it is wished for, and where a rule lets it out', async () => {
  const settingsOf = () => ({ ...defaultServiceProviderSettings, assuranceAttribute: true });
  const releasing = (release: ReleaseRule['release'], deny: ReleaseRule['deny'] = []): Partial<Releasing> => ({
    settingsOf,
    releaseRules: () => [{ name: 'strength', to: 'any', release, deny }],
  });
  const seen = async (about: Partial<Releasing>) => {
    const previewed = await preview({}, computed, about);
    const [, text] = /^assurance +(.*)$/m.exec(previewText(previewed)) ?? [];
    return { text, json: describePreview(previewed).assurance };
  };
  expect(await seen({})).toEqual({ text: undefined, json: null });
  expect(await seen(releasing(['eduPersonAssurance']))).toEqual({
    text: `eduPersonAssurance tells too, as far as the login reaches it: ${aal2}`,
    json: { name: 'eduPersonAssurance', released: [aal2], kept: [] },
  });
  const stays = await seen(releasing(['mail']));
  expect(stays.text).toMatch(`${aal2} stays: no rule`);
  expect(stays.json).toMatchObject({ released: [], kept: [{ value: aal2, rule: null }] });
  expect((await seen(releasing('all', ['eduPersonAssurance']))).json).toMatchObject({
    released: [],
    kept: [{ value: aal2, rule: 'strength' }],
  });
  expect((await seen({ ...releasing('all'), assuranceUris: [] })).text).toMatch('no class');
});

test('attack: what a directory says does not steer the terminal', async () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
  expect(previewText(await preview())).not.toMatch(/\u001b/);
});
