import { attributeNameFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { readMadeSp } from './testing/readMade.ts';

const service = (inside: string, attributes = 'index="1"'): string =>
  `<md:AttributeConsumingService ${attributes}>${inside}</md:AttributeConsumingService>`;

describe('AttributeConsumingServices', () => {
  test('have names and descriptions by language, and what they request', () => {
    const { read, warnings } = readMadeSp({
      role: service(
        `<md:ServiceName xml:lang="ja">聴講</md:ServiceName><md:ServiceName xml:lang="en">Courses</md:ServiceName>
         <md:ServiceDescription xml:lang="ja">聴講申請</md:ServiceDescription>
         <md:RequestedAttribute Name="urn:oid:1" NameFormat="${attributeNameFormats.uri}" FriendlyName=" mail " isRequired="1"/>
         <md:RequestedAttribute Name="urn:oid:2" isRequired="yes"><saml:AttributeValue> a  b </saml:AttributeValue></md:RequestedAttribute>`,
      ),
    });
    expect(read.attributeConsumingServices).toEqual([
      {
        index: 1,
        isDefault: true,
        names: { ja: '聴講', en: 'Courses' },
        descriptions: { ja: '聴講申請' },
        requested: [
          {
            name: 'urn:oid:1',
            nameFormat: attributeNameFormats.uri,
            friendlyName: 'mail',
            isRequired: true,
            values: [],
          },
          { name: 'urn:oid:2', nameFormat: undefined, friendlyName: undefined, isRequired: false, values: ['a b'] },
        ],
      },
    ]);
    expect(warnings).toEqual([]);
  });

  test('of which two are marked as default have one', () => {
    const { read } = readMadeSp({
      role: service('', 'index="1" isDefault="true"') + service('', 'index="x" isDefault="true"'),
    });
    expect(read.attributeConsumingServices.map(({ index, isDefault }) => [index, isDefault])).toEqual([
      [1, true],
      [2, false],
    ]);
  });
});

describe('a request for some values never becomes one for every value', () => {
  const values = (inside: string) => {
    const { read, warnings } = readMadeSp({
      role: service(`<md:RequestedAttribute Name="urn:oid:1">${inside}</md:RequestedAttribute>`),
    });
    return { values: read.attributeConsumingServices[0]?.requested.map((one) => one.values), warnings };
  };
  const value = (text: string): string => `<saml:AttributeValue>${text}</saml:AttributeValue>`;

  test.each([
    ['with markup', value('<saml:NameID>x</saml:NameID>')],
    ['that is too long', value('x'.repeat(1025))],
    ['with invisible characters', value('student\u202e')],
  ])('when the only value is one %s the attribute is not requested', (_, inside) => {
    expect(values(inside)).toEqual({ values: [], warnings: expect.arrayContaining([expect.any(String)]) });
    expect(values(value('good') + inside).values).toEqual([['good']]);
  });

  test('an empty value is none', () => expect(values(value(' '))).toEqual({ values: [[]], warnings: [] }));
});

test.each(['', 'Name=""', 'Name="two words"', 'Name="mail&#x202e;"', `Name="${'x'.repeat(2049)}"`])(
  'a RequestedAttribute with %s is left out with a warning',
  (attributes) => {
    const { read, warnings } = readMadeSp({ role: service(`<md:RequestedAttribute ${attributes}/>`) });
    expect(read.attributeConsumingServices).toMatchObject([{ requested: [] }]);
    expect(warnings.at(-1)).toBe('a RequestedAttribute has no usable Name and is ignored');
  },
);

describe("GakuNin's purposes", () => {
  const purpose = (name: string, inside: string): string =>
    `<uapprove:RequestedAttributeExtension FriendlyName="${name}">${inside}</uapprove:RequestedAttributeExtension>`;
  const text = (language: string, words: string): string =>
    `<uapprove:Description xml:lang="${language}">${words}</uapprove:Description>`;

  test('are told by FriendlyName and language, the first of each', () => {
    const { read, warnings } = readMadeSp({
      roleExtensions: [
        purpose('mail', text('ja', '連絡のため') + text('en', 'to write to you') + text('ja', '二')),
        purpose('mail', text('ja', '三')),
        purpose('__proto__', text('ja', '四')),
        purpose('sn', ''),
        purpose('o', text('en', '&lt;b&gt;bold&lt;/b&gt;')),
      ].join(''),
    });
    expect(read.attributePurposes).toEqual([
      { friendlyName: 'mail', purposes: { ja: '連絡のため', en: 'to write to you' } },
      { friendlyName: '__proto__', purposes: { ja: '四' } },
      { friendlyName: 'o', purposes: { en: '<b>bold</b>' } },
    ]);
    expect(warnings).toEqual([]);
  });

  test('without a FriendlyName, with markup or without end are told of', () => {
    const { read, warnings } = readMadeSp({
      roleExtensions: [
        purpose('', text('ja', '一')),
        purpose('sn', '<uapprove:Description><md:b/></uapprove:Description>'),
        purpose('o', text('ja', '長'.repeat(100_000))),
      ].join(''),
    });
    expect(read.attributePurposes).toEqual([{ friendlyName: 'o', purposes: { ja: '長'.repeat(500) } }]);
    expect(warnings).toHaveLength(3);
  });

  test('of another namespace are none', () => {
    const { read } = readMadeSp({
      roleExtensions:
        '<md:RequestedAttributeExtension FriendlyName="x"><md:Description>y</md:Description></md:RequestedAttributeExtension>',
    });
    expect(read.attributePurposes).toEqual([]);
  });
});
