import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestKey, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { indexed, judgedAt } from '../fixtures/indexed.ts';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { readFixture } from '../fixtures/readFixture.ts';
import { readEntity } from '../reading/entities.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import { readServiceProvider } from '../reading/readServiceProvider.ts';
import { noFilter } from '../trust/filter.ts';
import { tellFingerprint } from '../trust/fingerprintOf.ts';
import { readPinnedKeys } from '../trust/pinnedKeys.ts';

const { idpSigning, stranger, expired, idpSigningEc } = testKeys;
const fingerprintOf = ({ certificatePem }: TestKey) => readPinnedKeys([certificatePem])[0]?.fingerprint;
const tell = (key: TestKey): string => tellFingerprint(fingerprintOf(key) ?? '');
const day = 86_400_000;
const refusal = (code: string) => expect.objectContaining({ code });
const ids = ['https://one.example.org/sp', 'https://two.example.org/sp'];
const xmlns = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';
const entity = (id: string, attributes = '', extensions = ''): string =>
  `<md:EntityDescriptor entityID="${id}" ${attributes}>${extensions}<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${id.startsWith('urn:') ? 'https://sp.example/acs' : `${id}/acs`}" index="1"/></md:SPSSODescriptor></md:EntityDescriptor>`;
const group = (content: string, attributes = ''): string =>
  `<md:EntitiesDescriptor ${xmlns} ${attributes}>${content}</md:EntitiesDescriptor>`;
const categories = (...values: string[]): string =>
  `<md:Extensions><mdrpi:RegistrationInfo xmlns:mdrpi="urn:oasis:names:tc:SAML:metadata:rpi" registrationAuthority="https://fed.example.jp"/><a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute"><s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" Name="http://macedir.org/entity-category" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${values.map((one) => `<s:AttributeValue>${one}</s:AttributeValue>`).join('')}</s:Attribute></a:EntityAttributes></md:Extensions>`;
const messages = ({ warnings }: { warnings: readonly { message: string }[] }): string =>
  warnings.map(({ message }) => message).join('\n');

describe('a signed document', () => {
  const aggregate = () => signed(madeAggregate(ids, { validUntil: judgedAt + 14 * day }), idpSigning);

  test('is cut into its entities; what is on the disk is what was hashed', async () => {
    const document = await aggregate();
    const { directory, facts, index, read, ...counts } = await indexed(document, { signers: [stranger, idpSigning] });
    expect(index.entities.map(({ entityId }) => entityId)).toEqual(ids);
    expect(counts).toMatchObject({ entities: 2, serviceProviders: 2, warnings: [] });
    const hashed = unsigned(madeAggregate(ids, { validUntil: judgedAt + 14 * day }));
    expect(readFileSync(join(directory, 'entities')).equals(hashed)).toBe(true);
    expect(facts).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      size: document.length,
      validUntil: judgedAt + 14 * day,
      cacheDuration: undefined,
      signer: fingerprintOf(idpSigning),
      acceptedAt: judgedAt,
      trust: expect.stringMatching(/^\d+:/),
    });
    for (const [at, one] of index.entities.entries()) {
      const octets = hashed.subarray(one.offset, one.offset + one.length).toString();
      expect(octets).toMatch(/^<md:EntityDescriptor entityID=.*<\/md:EntityDescriptor>$/);
      expect(read(one).element.attributes[0]?.value).toBe(ids[at]);
    }
  });

  test('by an elliptic-curve key, and by one whose certificate has expired, which is told', async () => {
    const made = madeAggregate(ids, { validUntil: judgedAt + day });
    expect((await indexed(await signed(made, idpSigningEc), { signers: [idpSigningEc] })).entities).toBe(2);
    const old = await indexed(await signed(made, expired), { signers: [expired] });
    expect(messages(old)).toMatch(/^the certificate of the signer [0-9A-F:]{95} expired on 20\d\d-/);
    expect(old.index.warnings).toEqual(old.warnings.map((one) => ({ ...one, entityId: undefined })));
  });

  test('by another key is refused with both fingerprints, and leaves no index', async () => {
    const attempt = indexed(await aggregate(), { signers: [stranger] });
    await expect(attempt).rejects.toEqual(refusal('metadata-signature'));
    await expect(attempt).rejects.toThrow(
      `signed by a key that is not the configured signer: the document's certificate has SHA-256 fingerprint ${tell(idpSigning)}, the configured one ${tell(stranger)}`,
    );
  });

  test('that was changed is refused as changed, not as signed by somebody else', async () => {
    const changed = Buffer.from((await aggregate()).toString().replace('two.example.org', 'evil.example.org'));
    await expect(indexed(changed, { signers: [idpSigning] })).rejects.toThrow(/was changed after it was signed/);
  });

  test('nobody signed is refused, with a way out', async () => {
    const attempt = indexed(unsigned(madeAggregate(ids, { validUntil: judgedAt + day })), { signers: [idpSigning] });
    await expect(attempt).rejects.toMatchObject({
      code: 'metadata-signature',
      hint: expect.stringContaining('--unsigned'),
    });
  });

  test('with a signer the signature counts, whatever "unsigned" says; with neither nobody guesses', async () => {
    const document = unsigned(madeAggregate(ids));
    const both = { signers: [idpSigning], unsigned: true };
    await expect(indexed(document, both)).rejects.toEqual(refusal('metadata-signature'));
    await expect(indexed(document, { unsigned: false })).rejects.toEqual(refusal('metadata-trust-undecided'));
  });
});

describe('validUntil', () => {
  const judge = async (validUntil: number | undefined, maxValidity?: number) =>
    indexed(await signed(madeAggregate(ids, validUntil === undefined ? {} : { validUntil }), idpSigning), {
      signers: [idpSigning],
      maxValidity,
    });

  test('of a signed document must be there, not past, and not too far ahead; to the millisecond', async () => {
    await expect(judge(undefined)).rejects.toEqual(refusal('metadata-validity'));
    await expect(judge(judgedAt)).rejects.toEqual(refusal('metadata-expired'));
    await expect(judge(judgedAt + 15 * day + 1, 15 * day)).rejects.toEqual(refusal('metadata-validity'));
    expect((await judge(judgedAt + 15 * day, 15 * day)).entities).toBe(2);
    expect((await judge(judgedAt + 1)).entities).toBe(2);
    expect((await judge(judgedAt + 99_999 * day)).entities).toBe(2);
  });

  test('of an unsigned document may be missing, and is judged when it is there', async () => {
    expect((await indexed(Buffer.from(group(entity('urn:a'))))).facts.validUntil).toBeUndefined();
    const past = Buffer.from(group(entity('urn:a:b'), 'validUntil="2024-04-08T18:00:00+09:00"'));
    await expect(indexed(past)).rejects.toEqual(refusal('metadata-expired'));
    const nonsense = Buffer.from(group(entity('urn:a:b'), 'validUntil="soon"'));
    await expect(indexed(nonsense)).rejects.toEqual(refusal('metadata-invalid'));
  });

  test('of enclosed groups and entities: the earlier counts, what is over or unreadable is passed over with a warning', async () => {
    const document = group(
      [
        entity('urn:later', 'validUntil="2025-01-01T00:00:00Z"'),
        entity('urn:earlier', 'validUntil="2024-05-01T00:00:00Z"'),
        entity('urn:over', 'validUntil="2024-04-08T09:00:00Z"'),
        entity('urn:nonsense', 'validUntil="2024-02-30T00:00:00Z"'),
        group(entity('urn:in-over'), 'Name="over" validUntil="2024-01-01T00:00:00Z"'),
        group(group(entity('urn:inner')), 'validUntil="2024-05-02T00:00:00Z"'),
      ].join('\n'),
      'validUntil="2024-06-01T00:00:00Z" cacheDuration="PT6H"',
    );
    const { index, warnings, facts } = await indexed(Buffer.from(document));
    const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);
    expect(index.entities.map(({ entityId, validUntil }) => [entityId, validUntil])).toEqual([
      ['urn:later', at('2024-06-01')],
      ['urn:earlier', at('2024-05-01')],
      ['urn:inner', at('2024-05-02')],
    ]);
    expect(warnings.map(({ entityId, message }) => [entityId, message])).toEqual([
      ['urn:over', expect.stringContaining('valid until 2024-04-08')],
      ['urn:nonsense', expect.stringContaining('no dateTime')],
      [undefined, expect.stringContaining('valid until 2024-01-01')],
    ]);
    expect(facts).toMatchObject({ validUntil: at('2024-06-01'), cacheDuration: 6 * 3_600_000 });
  });

  const ends = 'validUntil="2024-04-10T00:00:00Z"';

  test('attack: none at all lies further ahead than is allowed, signed or not', async () => {
    const document = Buffer.from(group(entity('urn:plain')));
    const refusal = indexed(document, { maxValidity: 15 * day });
    await expect(refusal).rejects.toMatchObject({
      code: 'metadata-validity',
      hint: expect.stringContaining('maxValidity'),
    });
    expect((await indexed(document)).index.entities).toHaveLength(1);
  });

  test('of an entity of an unsigned document lies no further ahead than that of the whole', async () => {
    const document = group(entity('urn:long', 'validUntil="2099-01-01T00:00:00Z"') + entity('urn:plain'), ends);
    const { index } = await indexed(Buffer.from(document), { maxValidity: 15 * day });
    const end = Date.parse('2024-04-10T00:00:00Z');
    expect(index.entities.map(({ validUntil }) => validUntil)).toEqual([end, end]);
  });
});

describe('what the index says and what is read later', () => {
  test.each(['gakunin-like-sp.xml', 'nested-groups.xml'])('%s: the same as reading it whole', async (name) => {
    const { index, read } = await indexed(readFixture(name));
    const whole = parseServiceProviders(readFixture(name), 'federation').serviceProviders;
    const lazily = index.entities
      .filter(({ isServiceProvider }) => isServiceProvider)
      .map((one) => {
        const { element, ...around } = read(one);
        const found = readEntity(element, around, () => {});
        const all = ['categories', 'scopes'] as const;
        return found && readServiceProvider(found, 'federation', all).serviceProvider;
      });
    expect(lazily).toEqual(whole);
    const summaries = index.entities.filter(({ isServiceProvider }) => isServiceProvider);
    expect(
      summaries.map(({ entityId, names, categories, registrationAuthority, validUntil }) => ({
        entityId,
        names,
        categories,
        registrationAuthority,
        validUntil,
      })),
    ).toEqual(
      whole.map(({ entityId, names, categories, registrationAuthority, validUntil }) => ({
        entityId,
        names,
        categories,
        registrationAuthority,
        validUntil,
      })),
    );
  });

  test('an entity finds the prefixes, the default namespace and the language that were declared around it', async () => {
    const document = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:u="urn:oasis:names:tc:SAML:metadata:ui" xml:lang="ja" xml:id="root" u:a="1">
      ${entity('urn:sp').replaceAll('md:', '').replace('/acs"', '/acs?a=1&amp;b=2"').replace('<AssertionC', '<Extensions><u:UIInfo><u:DisplayName xml:lang="ja">学&lt;門&gt;</u:DisplayName></u:UIInfo></Extensions><AssertionC')}
    </EntitiesDescriptor>`;
    const { index, read } = await indexed(Buffer.from(document));
    expect(index.contexts).toMatchObject([
      {
        declarations: [
          { prefix: '', namespace: 'urn:oasis:names:tc:SAML:2.0:metadata' },
          { prefix: 'u', namespace: 'urn:oasis:names:tc:SAML:metadata:ui' },
        ],
        xmlAttributes: [{ localName: 'lang', value: 'ja' }],
      },
    ]);
    expect(index.entities).toMatchObject([{ names: { ja: '学<門>' }, isServiceProvider: true }]);
    const [only] = index.entities;
    expect(only && read(only).element.namespace).toBe('urn:oasis:names:tc:SAML:2.0:metadata');
  });

  test('a root that is one entity', async () => {
    const { index, read } = await indexed(unsigned(madeEntity('https://sp.example.org/sp')));
    expect(index.entities).toHaveLength(1);
    expect(index.contexts).toMatchObject([{ declarations: [], xmlAttributes: [] }]);
    expect(index.entities.map((one) => read(one).element.localName)).toEqual(['EntityDescriptor']);
  });
});

test('Extensions of a group hold for its members, when they come first; too late they are told and ignored', async () => {
  const document = group(
    `${categories('urn:outer')}${entity('https://a.example/sp')}${group(entity('https://b.example/sp') + categories('urn:late'))}${group(categories('urn:inner') + entity('https://c.example/sp'))}`,
  );
  const { index, warnings } = await indexed(Buffer.from(document));
  expect(index.entities.map((one) => [one.entityId, one.categories, one.registrationAuthority])).toEqual([
    ['https://a.example/sp', ['urn:outer'], 'https://fed.example.jp'],
    ['https://b.example/sp', ['urn:outer'], 'https://fed.example.jp'],
    ['https://c.example/sp', ['urn:outer', 'urn:inner'], 'https://fed.example.jp'],
  ]);
  expect(messages({ warnings })).toBe('Extensions of a group come after its members and are ignored');
});

test('of two entities with one entityID the first counts, with a warning', async () => {
  const twice = entity('https://a.example/sp') + entity('https://a.example/sp', '', categories('urn:evil'));
  const { index, warnings } = await indexed(Buffer.from(group(twice)));
  expect(index.entities).toMatchObject([{ entityId: 'https://a.example/sp', categories: [] }]);
  expect(warnings).toMatchObject([
    { entityId: 'https://a.example/sp', message: expect.stringContaining('more than once') },
  ]);
});

describe('the filter of a source', () => {
  const idp = readFixture('nested-groups.xml');
  const listed = async (filter: object, mayAssert?: readonly ('categories' | 'scopes')[]) => {
    const { index } = await indexed(idp, {
      filter: { ...noFilter, ...filter },
      mayAssert: mayAssert ?? ['categories'],
    });
    return index.entities.map(({ entityId }) => entityId.replace(/^https:\/\/(\w+)\..*/, '$1'));
  };

  test('chooses by role, authority, category and entityID', async () => {
    expect(await listed({})).toEqual(['idp', 'one', 'two', 'three', 'saml1', 'artifact', 'roles']);
    expect(await listed({ roles: ['sp'] })).toEqual(['one', 'two', 'three', 'roles']);
    expect(await listed({ roles: ['idp', 'sp'] })).toEqual(['idp', 'one', 'two', 'three', 'roles']);
    expect(await listed({ registrationAuthorities: ['https://own.example.jp'] })).toEqual(['three']);
    expect(await listed({ exceptEntityIds: ['https://one.example.org/sp'], roles: ['sp'] })).toEqual([
      'two',
      'three',
      'roles',
    ]);
    const member = 'https://federation.example.jp/category/member';
    expect(await listed({ categories: [member], roles: ['sp'] })).toEqual(['one', 'two', 'three', 'roles']);
    await expect(listed({ exceptCategories: [member] })).rejects.toEqual(refusal('metadata-empty'));
  });

  test('is let in by nothing that the source may not assert, and kept out by it all the same', async () => {
    const member = 'https://federation.example.jp/category/member';
    await expect(listed({ categories: [member] }, [])).rejects.toEqual(refusal('metadata-empty'));
    await expect(listed({ exceptCategories: [member] }, [])).rejects.toEqual(refusal('metadata-empty'));
  });
});

test('what the source may not assert is ignored, with one warning', async () => {
  const { index, warnings } = await indexed(readFixture('nested-groups.xml'), { mayAssert: ['scopes'] });
  expect(index.entities.flatMap(({ categories: found }) => found)).toEqual([]);
  expect(index.entities.map((one) => one.registrationAuthority).filter(Boolean)).toEqual([]);
  expect(index.contexts.map(({ inherited }) => inherited.entityAttributes.categories)).toEqual([[], []]);
  expect(messages({ warnings }).match(/may not assert/g)).toHaveLength(1);
});

describe('a document in which nobody is left', () => {
  test('is refused, with the reasons', async () => {
    await expect(indexed(unsigned(madeAggregate([])))).rejects.toEqual(refusal('metadata-empty'));
    const unusable = Buffer.from(group(entity('javascript:alert(1)')));
    await expect(indexed(unusable)).rejects.toThrow(/javascript:alert\(1\)\/acs" is refused/);
  });

  test('is no metadata', async () => {
    const page = Buffer.from('<html xmlns="http://www.w3.org/1999/xhtml"><body>Sign in</body></html>');
    await expect(indexed(page)).rejects.toEqual(refusal('metadata-invalid'));
  });
});

test('progress is told in octets of the document, and a signal stops it', async () => {
  const document = unsigned(madeAggregate(Array.from({ length: 100 }, (_, at) => `https://${at}.example/sp`)));
  const told: number[] = [];
  await indexed(document, { onProgress: (octets) => told.push(octets) });
  expect(told.at(-1)).toBe(document.length);
  expect(told.length).toBeGreaterThan(5);
  const controller = new AbortController();
  const stopped = indexed(document, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test('nothing of a refused document is an index', async () => {
  const document = await signed(madeAggregate(ids, { validUntil: judgedAt + day }), idpSigning);
  const changed = Buffer.from(document.toString().replace('two.example.org', 'evil.example.org'));
  const { directory } = await indexed(document, { signers: [idpSigning] });
  expect(readdirSync(directory).sort()).toEqual(['entities', 'index.json']);
  const around = join(directory, '..');
  const before = readdirSync(around);
  await expect(indexed(changed, { signers: [idpSigning] })).rejects.toEqual(refusal('metadata-signature'));
  const [fresh = ''] = readdirSync(around).filter((name) => !before.includes(name));
  expect(readdirSync(join(around, fresh))).toEqual(['entities']);
});
