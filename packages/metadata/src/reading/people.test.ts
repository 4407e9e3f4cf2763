import { describe, expect, test } from '@jest/globals';
import { parseMailAddress } from './mailAddress.ts';
import { readMadeSp } from './testing/readMade.ts';

describe('contacts', () => {
  test('of the role stand before those of the entity, with all their ways', () => {
    const { read, warnings } = readMadeSp({
      role: '<md:ContactPerson contactType="technical"><md:SurName>情報基盤課</md:SurName><md:EmailAddress>mailto:it@example.ac.jp</md:EmailAddress></md:ContactPerson>',
      entity: `<md:ContactPerson contactType="support">
        <md:Company>Example</md:Company><md:GivenName>Hanako</md:GivenName><md:SurName>Gakumon</md:SurName>
        <md:EmailAddress>help@example.ac.jp</md:EmailAddress><md:EmailAddress>MAILTO:help@example.ac.jp</md:EmailAddress>
        <md:TelephoneNumber>+81 3 0000 0000</md:TelephoneNumber></md:ContactPerson>`,
    });
    expect(read.contacts).toEqual([
      {
        type: 'technical',
        company: undefined,
        givenName: undefined,
        surName: '情報基盤課',
        emailAddresses: ['it@example.ac.jp'],
        telephoneNumbers: [],
      },
      {
        type: 'support',
        company: 'Example',
        givenName: 'Hanako',
        surName: 'Gakumon',
        emailAddresses: ['help@example.ac.jp'],
        telephoneNumbers: ['+81 3 0000 0000'],
      },
    ]);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['contactType="other" remd:contactType="http://refeds.org/metadata/contactType/security"', 'security'],
    [
      'contactType="other" xmlns:icmd="http://id.incommon.org/metadata" icmd:contactType="http://id.incommon.org/metadata/contactType/security"',
      'security',
    ],
    ['contactType="other" remd:contactType="urn:else"', 'other'],
    ['contactType="administrative"', 'administrative'],
    ['contactType="billing"', 'billing'],
  ])('%s is the type %s', (attributes, type) => {
    const { read, warnings } = readMadeSp({ entity: `<md:ContactPerson ${attributes}/>` });
    expect(read.contacts).toMatchObject([{ type }]);
    expect(warnings).toEqual([]);
  });

  test('of a type that nobody knows, and addresses that are none, are told of', () => {
    const { read, warnings } = readMadeSp({
      entity:
        '<md:ContactPerson contactType="boss"><md:EmailAddress>javascript:alert(1)</md:EmailAddress></md:ContactPerson><md:ContactPerson/>',
    });
    expect(read.contacts).toMatchObject([{ type: 'other', emailAddresses: [] }, { type: 'other' }]);
    expect(warnings).toHaveLength(3);
  });
});

describe('mail addresses', () => {
  test.each([
    ['mailto:a.b+c@example.ac.jp', 'a.b+c@example.ac.jp'],
    ['a@example.org', 'a@example.org'],
    [' MailTo:%61@example.org ', 'a@example.org'],
    ['mailto:a@example.org?cc=b@evil.example&subject=x', 'a@example.org'],
    ["o'brien@大学.example.jp", "o'brien@大学.example.jp"],
  ])('%s is %s', (written, address) => expect(parseMailAddress(written)).toBe(address));

  test.each([
    [''],
    ['mailto:'],
    ['example.org'],
    ['a@b@example.org'],
    ['a@example.org,b@example.org'],
    ['a@example.org?cc=b@evil.example'],
    ['mailto:a%3Fcc=b@evil.example'],
    ['mailto:a@example.org%0d%0aBcc:b@evil.example'],
    ['mailto:%E0%A4@example.org'],
    ['"a"@example.org'],
    ['A <a@example.org>'],
    ['https://example.org/a@b.c'],
    [`${'a'.repeat(65)}@example.org`],
    [`a@${'b'.repeat(300)}.example`],
  ])('%s is none', (written) => expect(parseMailAddress(written)).toBeUndefined());
});

test('an organization has names and addresses in all its languages; that of the role counts before that of the entity', () => {
  const organization = (name: string): string =>
    `<md:Organization><md:OrganizationName xml:lang="en">${name}</md:OrganizationName><md:OrganizationDisplayName xml:lang="ja">${name}大学</md:OrganizationDisplayName>
     <md:OrganizationURL xml:lang="ja">https://www.example.ac.jp/</md:OrganizationURL></md:Organization>`;
  const { read } = readMadeSp({ role: organization('A'), entity: organization('B') });
  expect(read.organization).toEqual({
    names: { en: 'A' },
    displayNames: { ja: 'A大学' },
    urls: { ja: 'https://www.example.ac.jp/' },
  });
  expect(readMadeSp({ entity: organization('B') }).read.names).toEqual({ ja: 'B大学' });
  expect(readMadeSp({}).read.organization).toBeUndefined();
});
