import { generateKeyPairSync } from 'node:crypto';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import { addedSourceName } from './addedSourceName.ts';
import { type AddedServiceProvider, addServiceProvider } from './addServiceProvider.ts';
import { memoryRecords } from './testing/memoryRecords.ts';

const plain: AddedServiceProvider = {
  entityId: 'urn:federation:Example',
  assertionConsumerServices: ['https://sp.example.org/acs?a=1&b=<2>'],
  certificates: [],
};

async function refusal(
  added: Partial<AddedServiceProvider>,
): Promise<{ code: unknown; detail: unknown; saved: number }> {
  const records = memoryRecords();
  const error: unknown = await addServiceProvider(records, { ...plain, ...added }, 0).catch((reason) => reason);
  const { code, detail } = error as { code: unknown; detail: unknown };
  return { code, detail, saved: (await records.list()).length };
}

describe('a service without metadata', () => {
  test('is kept as metadata that says what was told, its characters intact', async () => {
    const records = memoryRecords();
    const added = {
      ...plain,
      assertionConsumerServices: ['https://sp.example.org/acs?a=1&b=2', 'https://sp.example.org/other'],
      certificates: [testKeys.spEncryption.certificatePem],
      names: { ja: '図書館 <1> & 2', en: 'Library' },
      nameIdFormats: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
      wantAssertionsSigned: true,
      requested: [{ name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7', values: ['urn:mace:dir:entitlement:common-lib-terms'] }],
    };
    await addServiceProvider(records, added, 7);
    const name = addedSourceName(plain.entityId);
    expect(await records.find(name)).toMatchObject({ name, loadedAt: 7 });
    const { serviceProviders, warnings } = parseServiceProviders(records.octetsOf(name), 'test');
    expect(warnings).toEqual([]);
    expect(serviceProviders).toMatchObject([
      {
        entityId: plain.entityId,
        names: added.names,
        assertionConsumerServices: [
          { location: added.assertionConsumerServices[0], isDefault: true },
          { location: added.assertionConsumerServices[1], isDefault: false },
        ],
        signingKeys: [{ certificate: testKeys.spEncryption.certificate }],
        encryptionKeys: [{ certificate: testKeys.spEncryption.certificate }],
        nameIdFormats: added.nameIdFormats,
        wantAssertionsSigned: true,
        attributeConsumingServices: [{ requested: [{ ...added.requested[0], isRequired: false }] }],
      },
    ]);
  });
  test('has a source of its own, whose name says who it is', () => {
    expect(addedSourceName('https://sp.example.org/shibboleth')).toMatch(/^sp-sp-example-org-shibboleth-[0-9a-f]{16}$/);
    expect(addedSourceName('https://sp.example.org/a.b')).not.toBe(addedSourceName('https://sp.example.org/a-b'));
    for (const odd of [`urn:x:${'学'.repeat(900)}`, 'x'.repeat(1024), ':']) {
      expect(addedSourceName(odd)).toMatch(/^[A-Za-z0-9-]{1,64}$/);
    }
  });
});

describe('attack: what metadata would not be believed for is refused, and nothing is kept', () => {
  test.each([
    ['javascript:alert(1)'],
    ['//sp.example.org/acs'],
    ['https://sp.example.org@evil.example/acs'],
    ['https://sp.example.org/acs#fragment'],
    ['https://sp.example.org\\@evil.example/'],
    [''],
  ])('an address such as %j', async (location) => {
    const { code, detail, saved } = await refusal({ assertionConsumerServices: [location] });
    expect([code, saved]).toEqual(['metadata-invalid', 0]);
    expect(detail).toContain('AssertionConsumerService');
  });
  test('one bad address beside a good one', async () => {
    const locations = ['https://sp.example.org/acs', 'ftp://sp.example.org/acs'];
    expect(await refusal({ assertionConsumerServices: locations })).toMatchObject({
      code: 'metadata-invalid',
      saved: 0,
    });
  });
  test.each([[''], ['https://sp.example.org/a b'], ['a'.repeat(1025)], ['https://sp.example.org/\u200b']])(
    'an entityID such as %j',
    async (entityId) => {
      expect(await refusal({ entityId })).toMatchObject({ code: 'entity-id-invalid', saved: 0 });
    },
  );
  test('something that is no certificate', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(await refusal({ certificates: [pem] })).toMatchObject({ code: 'key-invalid', saved: 0 });
    expect(
      await refusal({ certificates: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] }),
    ).toMatchObject({
      code: 'key-invalid',
      saved: 0,
    });
  });
  test('markup in an entityID stays an entityID', async () => {
    const records = memoryRecords();
    const entityId = 'urn:x:"/><md:EntityDescriptor/>';
    const { assertionConsumerServices } = await addServiceProvider(
      records,
      { ...plain, entityId, assertionConsumerServices: ['https://sp.example.org/acs'] },
      0,
    );
    expect(assertionConsumerServices).toHaveLength(1);
    expect(parseServiceProviders(records.octetsOf(addedSourceName(entityId)), 'x').serviceProviders).toMatchObject([
      { entityId },
    ]);
  });
});
