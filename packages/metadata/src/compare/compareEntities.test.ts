import { createHash } from 'node:crypto';
import { toEntityId } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { madeEntity, unsigned } from '../fixtures/madeMetadata.ts';
import type { IndexedEntity, MetadataIndex } from '../index/metadataIndex.ts';
import { noEntityAttributes } from '../reading/entityAttributes.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { compareAspects } from './aspects.ts';
import { compareEntities, countChanges, type EntityChange, type ReadableIndex } from './compareEntities.ts';

const [plain] = parseServiceProviders(unsigned(madeEntity('https://sp.example.org/')), 'federation').serviceProviders;

/** A service provider like the plainest one. */
function made(id: string, differs: Partial<ServiceProvider> = {}): ServiceProvider {
  if (plain === undefined) throw new Error('the fixture should hold one service provider');
  return { ...plain, entityId: toEntityId(`https://${id}.example.org/sp`), ...differs };
}

/** A document of them, that notes which were read. */
function documentOf(
  serviceProviders: readonly ServiceProvider[],
  { validUntil, authority }: { readonly validUntil?: number; readonly authority?: string } = {},
): ReadableIndex & { readonly reads: string[] } {
  const reads: string[] = [];
  const entities = serviceProviders.map(
    (one): IndexedEntity => ({
      ...one,
      offset: 0,
      length: 0,
      sha256: createHash('sha256').update(JSON.stringify(one)).digest('base64url'),
      context: 0,
      isServiceProvider: true,
      isIdentityProvider: false,
    }),
  );
  const inherited = { validUntil, registrationAuthority: authority, entityAttributes: noEntityAttributes };
  const facts = {
    sha256: '',
    size: 0,
    validUntil,
    cacheDuration: undefined,
    signer: undefined,
    acceptedAt: 0,
    trust: '',
  };
  const index: MetadataIndex = {
    version: 1,
    facts,
    contexts: [{ declarations: [], xmlAttributes: [], inherited }],
    entities,
    warnings: [],
  };
  return {
    index,
    reads,
    read: async ({ entityId }) => {
      reads.push(entityId);
      return serviceProviders.find((one) => one.entityId === entityId);
    },
  };
}

async function collect(changes: AsyncIterable<EntityChange>): Promise<EntityChange[]> {
  const all: EntityChange[] = [];
  for await (const change of changes) all.push(change);
  return all;
}

const idOf = (id: string): string => `https://${id}.example.org/sp`;
const told = ({ kind, entityId }: EntityChange): string => `${kind} ${entityId}`;

describe('two documents', () => {
  test('who came, who went, who changed; what is the same is not read', async () => {
    const before = documentOf([made('same'), made('gone'), made('other')]);
    const after = documentOf([made('fresh'), made('same'), made('other', { categories: ['https://refeds.org/x'] })]);
    const changes = await collect(compareEntities(before, after));
    expect(changes).toMatchObject([
      { kind: 'went', entityId: idOf('gone'), lastUse: undefined },
      {
        kind: 'changed',
        entityId: idOf('other'),
        changes: [{ aspect: 'categories', removed: [], added: ['https://refeds.org/x'] }],
      },
      { kind: 'came', entityId: idOf('fresh') },
    ]);
    expect([before.reads, after.reads]).toEqual([
      [idOf('gone'), idOf('other')],
      [idOf('other'), idOf('fresh')],
    ]);
    expect(countChanges(before.index, after.index)).toEqual({ came: 1, went: 1, changed: 1 });
  });

  test('without an old one all came', async () => {
    const after = documentOf([made('a'), made('b')]);
    const changes = await collect(compareEntities(undefined, after));
    expect(changes.map(told)).toEqual([`came ${idOf('a')}`, `came ${idOf('b')}`]);
    expect(countChanges(undefined, after.index)).toEqual({ came: 2, went: 0, changed: 0 });
  });

  test('a validUntil of the group that moved changes nobody; a registrar of the group that changed does', async () => {
    const before = documentOf([made('a')], { validUntil: 1 });
    expect(await collect(compareEntities(before, documentOf([made('a')], { validUntil: 2 })))).toEqual([]);
    const moved = documentOf([made('a')], { authority: 'https://federation.example.jp' });
    expect((await collect(compareEntities(before, moved))).map(told)).toEqual([`changed ${idOf('a')}`]);
  });

  test('those that people used lately come first, the latest in front', async () => {
    const before = documentOf([made('a'), made('b'), made('c'), made('d')]);
    const after = documentOf([made('d'), made('e')]);
    const uses = [
      { entityId: idOf('b'), at: 1 },
      { entityId: idOf('e'), at: 3 },
      { entityId: idOf('c'), at: 4 },
      { entityId: idOf('b'), at: 2 },
      { entityId: idOf('unknown'), at: 9 },
    ];
    const changes = await collect(compareEntities(before, after, uses));
    expect(changes.map((change) => [told(change), change.lastUse])).toEqual([
      [`went ${idOf('c')}`, 4],
      [`came ${idOf('e')}`, 3],
      [`went ${idOf('b')}`, 2],
      [`went ${idOf('a')}`, undefined],
    ]);
  });

  test('of two with one entityID the first counts; an identity provider is no service provider', async () => {
    const twice = documentOf([made('a'), made('a', { categories: ['https://refeds.org/x'] })]);
    expect(await collect(compareEntities(documentOf([made('a')]), twice))).toEqual([]);
    const [entity] = twice.index.entities;
    const idp = entity && { ...entity, isServiceProvider: false, isIdentityProvider: true };
    const onlyIdp = { ...twice, index: { ...twice.index, entities: idp ? [idp] : [] } };
    expect((await collect(compareEntities(documentOf([made('a')]), onlyIdp))).map(told)).toEqual([`went ${idOf('a')}`]);
  });

  test('who cannot be answered when read is as if not there', async () => {
    const spoilt = { ...documentOf([made('a', { names: { en: 'x' } })]), read: async () => undefined };
    const [before, after] = [documentOf([made('a')]), documentOf([made('a')])];
    expect((await collect(compareEntities(before, spoilt))).map(told)).toEqual([`went ${idOf('a')}`]);
    expect((await collect(compareEntities(spoilt, after))).map(told)).toEqual([`came ${idOf('a')}`]);
  });
});

describe('what changed of a service provider', () => {
  const [first, second] = [testKeys.spEncryption, testKeys.stranger].map(({ publicKey }, at) => ({
    certificate: '',
    key: publicKey,
    fingerprint: `${at}`.repeat(64),
    methods: [] as string[],
    encryptionMethods: [],
  }));
  const keys = (...chosen: (typeof first)[]) => chosen.filter((key) => key !== undefined);
  const asked = ([name, isRequired]: [string, boolean]) => {
    return { name, isRequired, nameFormat: undefined, friendlyName: undefined, values: [] };
  };
  const acs = (id: string, isDefault: boolean) => ({ index: 1, location: `https://${id}.example.org/acs`, isDefault });
  const asking = (...requested: [string, boolean][]) => ({
    attributeConsumingServices: [
      {
        index: 1,
        isDefault: true,
        names: {},
        descriptions: {},
        requested: requested.map(asked),
      },
    ],
  });

  test.each<[string, Partial<ServiceProvider>, Partial<ServiceProvider>, unknown]>([
    [
      'a key that was rolled over',
      { signingKeys: keys(first) },
      { signingKeys: keys(second) },
      [{ aspect: 'signing-keys', removed: ['0'.repeat(64)], added: ['1'.repeat(64)] }],
    ],
    [
      'an algorithm that it decrypts',
      { encryptionKeys: keys(first) },
      { encryptionKeys: keys(first && { ...first, methods: ['urn:x'] }) },
      [{ aspect: 'encryption-keys', removed: ['0'.repeat(64)], added: [`${'0'.repeat(64)} urn:x`] }],
    ],
    [
      'an address that became the default',
      { assertionConsumerServices: [acs('a', true), acs('b', false)] },
      { assertionConsumerServices: [acs('a', false), acs('b', true)] },
      [{ aspect: 'default-endpoint', removed: ['https://a.example.org/acs'], added: ['https://b.example.org/acs'] }],
    ],
    [
      'an attribute that it now needs, and another one that it asks for',
      asking(['urn:mail', false]),
      asking(['urn:mail', true], ['urn:name', false]),
      [
        { aspect: 'requested-attributes', removed: [], added: ['urn:name'] },
        { aspect: 'required-attributes', removed: [], added: ['urn:mail'] },
      ],
    ],
    [
      'a name, in one language',
      { names: { ja: '図書館', en: 'Library' } },
      { names: { ja: '附属図書館', en: 'Library' } },
      [{ aspect: 'names', removed: ['ja: 図書館'], added: ['ja: 附属図書館'] }],
    ],
    [
      'promises of signatures',
      { authnRequestsSigned: true },
      { wantAssertionsSigned: true },
      [{ aspect: 'signing', removed: ['AuthnRequestsSigned'], added: ['WantAssertionsSigned'] }],
    ],
    [
      'its subject identifier, NameID formats and registrar',
      { subjectIdRequirement: 'any', nameIdFormats: ['urn:a'], registrationAuthority: 'https://a.example' },
      { nameIdFormats: ['urn:b'] },
      [
        { aspect: 'subject-id', removed: ['any'], added: [] },
        { aspect: 'name-id-formats', removed: ['urn:a'], added: ['urn:b'] },
        { aspect: 'registration-authority', removed: ['https://a.example'], added: [] },
      ],
    ],
    ['its validUntil is told of the document', { validUntil: 1 }, { validUntil: 2 }, []],
  ])('%s', (_, before, after, expected) => {
    expect(compareAspects(made('sp', before), made('sp', after))).toEqual(expected);
  });

  test('something else is told as such', async () => {
    const after = documentOf([made('a', { requestInitiator: 'https://a.example.org/login' })]);
    expect(await collect(compareEntities(documentOf([made('a')]), after))).toMatchObject([
      { kind: 'changed', changes: [{ aspect: 'other', removed: [], added: [] }] },
    ]);
  });
});
