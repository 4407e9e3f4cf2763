import { attributeNameFormats, entityAttributes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type Entity, nothingInherited, readEntity } from './entities.ts';
import { readIdentityProvider } from './readIdentityProvider.ts';
import { readServiceProvider } from './readServiceProvider.ts';
import { everything, parseEntity, readMadeSp } from './testing/readMade.ts';

const registered = (attributes: string, inside = ''): string =>
  `<mdrpi:RegistrationInfo ${attributes}>${inside}</mdrpi:RegistrationInfo>`;
const attribute = (name: string, ...values: readonly string[]): string =>
  `<saml:Attribute Name="${name}" NameFormat="${attributeNameFormats.uri}">${values
    .map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
    .join('')}</saml:Attribute>`;
const attributes = (...inside: readonly string[]): string =>
  `<mdattr:EntityAttributes>${inside.join('')}</mdattr:EntityAttributes>`;
const { category, subjectIdRequirement } = entityAttributes;

describe('what an entity is', () => {
  const read = (element: Entity['element']) => readServiceProvider({ ...nothingInherited, element }, 'x', everything);

  test('an IdP is no SP, and that is no oddity', () => {
    expect(read(parseEntity('IDPSSODescriptor', {}))).toEqual({ serviceProvider: undefined, warnings: [] });
  });

  test('an SP is no IdP, and that is no oddity', () => {
    const element = parseEntity('SPSSODescriptor', {});
    const found = readIdentityProvider({ ...nothingInherited, element }, 'x', everything);
    expect(found).toEqual({ identityProvider: undefined, warnings: [] });
  });

  test('an SP that cannot be answered is none, with a warning that names source and entity', () => {
    expect(read(parseEntity('SPSSODescriptor', {}))).toEqual({
      serviceProvider: undefined,
      warnings: [
        {
          source: 'x',
          entityId: 'https://sp.example.org/sp',
          message: 'is ignored: it has no AssertionConsumerService for HTTP-POST that can be used',
        },
      ],
    });
  });

  test('one whose validUntil cannot be read is none', () => {
    const warnings: string[] = [];
    const element = parseEntity('SPSSODescriptor', {});
    const validUntil = { prefix: '', localName: 'validUntil', namespace: '', value: 'soon' };
    const broken = { ...element, attributes: [...element.attributes, validUntil] };
    expect(readEntity(broken, nothingInherited, (message) => warnings.push(message))).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('validUntil of EntityDescriptor is no dateTime')]);
  });
});

describe('registration and publication', () => {
  test('are told with their dates and policies', () => {
    const { read, warnings } = readMadeSp({
      entityExtensions: `${registered(
        'registrationAuthority=" https://www.gakunin.jp " registrationInstant="2024-01-17T09:04:50+09:00"',
        '<mdrpi:RegistrationPolicy xml:lang="ja">https://www.gakunin.jp/join</mdrpi:RegistrationPolicy>',
      )}<mdrpi:PublicationInfo publisher="https://p.example" creationInstant="2024-01-17T00:00:00Z">
        <mdrpi:UsagePolicy xml:lang="en">https://p.example/policy</mdrpi:UsagePolicy></mdrpi:PublicationInfo>`,
    });
    expect(read.registrationAuthority).toBe('https://www.gakunin.jp');
    expect(read.registration).toEqual({
      authority: 'https://www.gakunin.jp',
      instant: Date.parse('2024-01-17T00:04:50Z'),
      policies: { ja: 'https://www.gakunin.jp/join' },
    });
    expect(read.publication).toEqual({
      publisher: 'https://p.example',
      instant: Date.parse('2024-01-17T00:00:00Z'),
      usagePolicies: { en: 'https://p.example/policy' },
    });
    expect(warnings).toEqual([]);
  });

  test.each(['yesterday', '2024-02-30T00:00:00Z', '', '9'.repeat(1000)])('an instant of %s is none', (instant) => {
    const { read, warnings } = readMadeSp({
      entityExtensions: registered(`registrationAuthority="https://r.example" registrationInstant="${instant}"`),
    });
    expect(read.registration).toEqual({ authority: 'https://r.example', instant: undefined, policies: {} });
    expect(warnings).toEqual([expect.stringContaining('registrationInstant is no dateTime')]);
  });

  test.each([
    '',
    'registrationAuthority=" "',
    `registrationAuthority="${'x'.repeat(3000)}"`,
    'registrationAuthority="https://r.example/\u009b2J"',
    'registrationAuthority="https://r.example/\u202enimda"',
  ])('a registrar %j is none: that of the group counts', (written) => {
    const around = { ...nothingInherited, registrationAuthority: 'https://group.example' };
    const { read } = readMadeSp({ entityExtensions: registered(written) }, everything, around);
    expect(read.registrationAuthority).toBe('https://group.example');
  });
  test('the end of a line in the name of a registrar is a blank', () => {
    const { read } = readMadeSp({ entityExtensions: registered('registrationAuthority="one&#10;two"') });
    expect(read.registrationAuthority).toBe('one two');
  });
});

describe('entity attributes', () => {
  const assurance = entityAttributes.assuranceCertification;
  const written = attributes(
    attribute(category, ' http://refeds.org/category/research-and-scholarship ', 'two words', ''),
    attribute(assurance, 'https://refeds.org/sirtfi', 'https://refeds.org/sirtfi'),
    attribute(subjectIdRequirement, 'any'),
    attribute(assurance, 'https://refeds.org/sirtfi2'),
    '<saml:Attribute><saml:AttributeValue>nameless</saml:AttributeValue></saml:Attribute>',
    `<saml:Assertion>${attribute(category, 'https://evil.example/')}</saml:Assertion>`,
  );

  test('are told whole beside the categories; an Assertion among them is nobody’s word', () => {
    const { read, warnings } = readMadeSp({ entityExtensions: written });
    const nameFormat = attributeNameFormats.uri;
    expect(read.categories).toEqual(['http://refeds.org/category/research-and-scholarship']);
    expect(read.subjectIdRequirement).toBe('any');
    expect(read.entityAttributes).toEqual([
      {
        name: category,
        nameFormat,
        values: ['http://refeds.org/category/research-and-scholarship', 'two words'],
      },
      { name: assurance, nameFormat, values: ['https://refeds.org/sirtfi', 'https://refeds.org/sirtfi2'] },
      { name: subjectIdRequirement, nameFormat, values: ['any'] },
    ]);
    expect(warnings).toEqual(['an entity attribute has no usable Name and is ignored']);
  });

  test('of the groups around it are the entity’s, its own added', () => {
    const around = {
      ...nothingInherited,
      entityAttributes: {
        categories: ['urn:group'],
        subjectIdRequirement: undefined,
        attributes: [{ name: category, nameFormat: attributeNameFormats.uri, values: ['urn:group'] }],
      },
    };
    const { read } = readMadeSp({ entityExtensions: attributes(attribute(category, 'urn:own')) }, everything, around);
    expect(read.categories).toEqual(['urn:group', 'urn:own']);
    expect(read.entityAttributes).toMatchObject([{ values: ['urn:group', 'urn:own'] }]);
  });

  test.each([
    ['outside EntityAttributes', attribute(category, 'urn:x')],
    ['in another namespace', `<md:EntityAttributes>${attribute(category, 'urn:x')}</md:EntityAttributes>`],
    ['with invisible characters', attributes(attribute(category, 'urn:x\u200f'))],
    ['without end', attributes(attribute(category, `urn:${'x'.repeat(3000)}`))],
  ])('a category %s is none', (_, extensions) => {
    expect(readMadeSp({ entityExtensions: extensions }).read.categories).toEqual([]);
  });

  test('from a source that may not assert categories nothing of it is believed, nor who registered it', () => {
    const around = {
      ...nothingInherited,
      validUntil: 5,
      registrationAuthority: 'https://group.example',
      registration: { authority: 'https://group.example', instant: undefined, policies: {} },
    };
    const made = { entityExtensions: registered('registrationAuthority="https://r.example"') + written };
    expect(readMadeSp(made, ['scopes'], around).read).toMatchObject({
      categories: [],
      entityAttributes: [],
      subjectIdRequirement: undefined,
      registrationAuthority: undefined,
      registration: undefined,
      validUntil: 5,
    });
  });
});

describe('supported algorithms', () => {
  const entityExtensions = '<alg:DigestMethod Algorithm="urn:d1"/><alg:SigningMethod Algorithm="urn:s1"/>';

  test('are those of the role, and those of the entity where the role says nothing', () => {
    const roleExtensions = `<alg:SigningMethod Algorithm="urn:s2" MinKeySize="2048" MaxKeySize="4096"/>
      <alg:SigningMethod Algorithm="urn:s3" MinKeySize="many" MaxKeySize="-1"/><alg:SigningMethod/>
      <md:DigestMethod Algorithm="urn:other"/>`;
    expect(readMadeSp({ entityExtensions, roleExtensions }).read.algorithms).toEqual({
      digests: ['urn:d1'],
      signatures: [
        { algorithm: 'urn:s2', minKeySize: 2048, maxKeySize: 4096 },
        { algorithm: 'urn:s3', minKeySize: undefined, maxKeySize: undefined },
      ],
    });
  });

  test('are none when nobody says anything', () => {
    expect(readMadeSp({}).read.algorithms).toEqual({ digests: [], signatures: [] });
  });
});
