import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { readFixture } from './fixtures/readFixture.ts';
import { type ParsedMetadata, parseServiceProviders } from './reading/parseServiceProviders.ts';

const attack = (name: string): ParsedMetadata =>
  parseServiceProviders(readFixture(`attacks/${name}/metadata.xml`), 'federation');
const messages = ({ warnings }: ParsedMetadata): string => warnings.map(({ message }) => message).join('\n');

describe('hostile AssertionConsumerService locations', () => {
  const parsed = attack('hostile-acs-location');

  test('none of them is ever a place to send an assertion to', () => {
    expect(parsed.serviceProviders.map(({ assertionConsumerServices }) => assertionConsumerServices)).toEqual([
      [{ index: 99, location: 'https://sp.example.org/acs', isDefault: true }],
    ]);
  });

  test('an entity that has no other is left out, and the operator learns of each', () => {
    expect(parsed.warnings.filter(({ message }) => message.includes('is refused'))).toHaveLength(23);
    expect(parsed.warnings.at(-1)?.entityId).toBe('https://only-hostile.example.org/sp');
  });

  test('a warning shows the location without its control characters', () => {
    expect(messages(parsed)).not.toMatch(/[^\n\P{Cc}]/u);
  });
});

test('hostile links are left out of what pages may show', () => {
  const [sp] = attack('hostile-links').serviceProviders;
  expect(sp).toMatchObject({
    requestInitiator: undefined,
    requestInitiators: [],
    logos: [],
    informationUrls: { en: 'https://sp.example.org/about' },
    privacyStatementUrls: {},
  });
});

test('a DOCTYPE with an external entity is refused before anything is read', () => {
  expect(() => attack('doctype-entity')).toThrow(expect.objectContaining({ code: 'xml-doctype' }));
});

describe('markup in names', () => {
  const parsed = attack('markup-in-names');
  const names = parsed.serviceProviders[0]?.names;

  test('escaped markup is text and stays text', () => {
    expect(names?.en).toBe('<script>alert("1")</script> & more');
  });

  test('a name with elements inside is no name, and the entity stays', () => {
    expect(names).not.toHaveProperty('ja');
    expect(messages(parsed)).toContain('DisplayName holds markup');
  });

  test('characters that turn the direction of writing are taken out', () => {
    expect(names?.fr).toBe('Portailmoc.live officiel');
  });

  test('an endless name is cut', () => {
    expect(names?.de).toBe('長'.repeat(200));
  });
});

test('a comment inside a text does not cut it', () => {
  const [sp] = attack('comment-inside-text').serviceProviders;
  expect(sp?.names).toEqual({ en: 'Bank of Evil' });
  expect(sp?.nameIdFormats).toEqual(['urn:oasis:names:tc:SAML:2.0:nameid-format:transient.evil']);
});

test('a language named like a property of all objects reaches no prototype', () => {
  const names = attack('language-of-objects').serviceProviders[0]?.names ?? {};
  expect(Object.getOwnPropertyNames(names)).toEqual(['und', 'en']);
  expect(Object.getPrototypeOf(names)).toBe(Object.getPrototypeOf({}));
});

test('an entity or group whose validUntil cannot be read is left out, and costs no other entity', () => {
  const parsed = attack('unreadable-validity');
  expect(parsed.serviceProviders.map(({ entityId }) => entityId)).toEqual(['https://good.example.org/sp']);
  expect(parsed.warnings).toHaveLength(4);
});

test('an entity whose entityID cannot be one is left out, and costs no other entity', () => {
  const parsed = attack('broken-entity-id');
  expect(parsed.serviceProviders.map(({ entityId }) => entityId)).toEqual(['https://good.example.org/sp']);
  expect(parsed.warnings).toHaveLength(5);
});

describe('weak and broken keys', () => {
  const parsed = attack('weak-keys');

  test('are left out, and the entity stays with its good one; a chain behind it lends no key', () => {
    expect(parsed.serviceProviders[0]?.signingKeys.map(({ certificate }) => certificate)).toEqual([
      testKeys.spSigning.certificate,
    ]);
    expect(parsed.serviceProviders[0]?.encryptionKeys).toEqual([]);
  });

  test('are kept in mind where they were offered to be encrypted to, lest the SP is taken for one without keys', () => {
    expect(parsed.serviceProviders[0]?.unusableEncryptionKeys).toEqual([
      expect.stringMatching(/certificate [0-9a-f]{64} is ignored: RSA with 1024 bits$/),
      expect.stringContaining('trivial exponent'),
      expect.stringContaining('ed25519'),
      expect.stringContaining('cannot be read'),
    ]);
  });

  test('that are for signing only say nothing about encryption', () => {
    const weakKeys = readFixture('attacks/weak-keys/metadata.xml').toString();
    const signing = weakKeys.replaceAll('<md:KeyDescriptor>', '<md:KeyDescriptor use="signing">');
    const [sp] = parseServiceProviders(Buffer.from(signing), 'federation').serviceProviders;
    expect(sp).toMatchObject({ encryptionKeys: [], unusableEncryptionKeys: [] });
  });

  test.each([
    ['RSA with 1024 bits', 1],
    ['RSA with a trivial exponent', 1],
    ['keys of type ed25519', 1],
    ['cannot be read', 4],
  ])('the operator is told: %s', (reason, times) => {
    expect(parsed.warnings.filter(({ message }) => message.includes(reason))).toHaveLength(times);
  });
});
