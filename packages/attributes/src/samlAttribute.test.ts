import { attributeOf, findChild, listChildren, parseXml, textOf, writeCanonical } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolveAttributes } from './resolveAttributes.ts';
import { toSamlAttribute } from './samlAttribute.ts';
import { exampleContext, examplePerson } from './testing/examples.ts';

function write(attributes: Record<string, readonly string[]>, id: string): string {
  const { resolved } = resolveAttributes(examplePerson(attributes), exampleContext());
  const attribute = resolved.find(({ definition }) => definition.id === id);
  if (attribute === undefined) throw new Error(`${id} was not resolved`);
  return writeCanonical(toSamlAttribute(attribute));
}
const read = (xml: string) => parseXml(Buffer.from(xml, 'utf8'));
const saml = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
const uri = 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri';

describe('toSamlAttribute', () => {
  test('a text: OID, name format, FriendlyName, no xsi:type', () => {
    expect(write({ jaDisplayName: ['学門 花子'] }, 'jaDisplayName')).toBe(
      `<saml:Attribute ${saml} FriendlyName="jaDisplayName" Name="urn:oid:1.3.6.1.4.1.32264.1.1.3" NameFormat="${uri}"><saml:AttributeValue>学門 花子</saml:AttributeValue></saml:Attribute>`,
    );
  });

  test('scoped values, each in an element of its own', () => {
    expect(write({ affiliation: ['student'] }, 'eduPersonScopedAffiliation')).toContain(
      '<saml:AttributeValue>student@example.ac.jp</saml:AttributeValue><saml:AttributeValue>member@example.ac.jp</saml:AttributeValue>',
    );
  });

  test('subject-id has no FriendlyName', () => {
    expect(write({}, 'subject-id')).toBe(
      `<saml:Attribute ${saml} Name="urn:oasis:names:tc:SAML:attribute:subject-id" NameFormat="${uri}"><saml:AttributeValue>s1234567@example.ac.jp</saml:AttributeValue></saml:Attribute>`,
    );
  });

  test('under the names that one SP wants', () => {
    const [name] = resolveAttributes(examplePerson({ displayName: ['<&>'] }), exampleContext()).resolved.filter(
      ({ definition }) => definition.id === 'displayName',
    );
    if (name === undefined) throw new Error('not resolved');
    const naming = { name: 'name"<', nameFormat: 'basic' as const };
    expect(writeCanonical(toSamlAttribute(name, naming))).toBe(
      `<saml:Attribute ${saml} FriendlyName="displayName" Name="name&quot;&lt;" NameFormat="${uri.replace('uri', 'basic')}"><saml:AttributeValue>&lt;&amp;&gt;</saml:AttributeValue></saml:Attribute>`,
    );
  });

  test('eduPersonTargetedID is a NameID as XML, not as escaped text', () => {
    const attribute = read(write({}, 'eduPersonTargetedID'));
    const [value] = listChildren(attribute, ns.saml, 'AttributeValue');
    const nameId = value === undefined ? undefined : findChild(value, ns.saml, 'NameID');
    if (nameId === undefined) throw new Error('no NameID');
    expect(attributeOf(nameId, 'Format')).toBe('urn:oasis:names:tc:SAML:2.0:nameid-format:persistent');
    expect(attributeOf(nameId, 'NameQualifier')).toBe('https://idp.example.ac.jp/idp/shibboleth');
    expect(attributeOf(nameId, 'SPNameQualifier')).toBe('https://sp.example.org/sp');
    expect(textOf(nameId)).toMatch(/^[A-Za-z0-9+/]{27}=$/);
  });

  test.each([
    '</saml:AttributeValue></saml:Attribute><saml:Attribute Name="admin">',
    '<!-- cut -->admin',
    ']]>&lt;&#0;&xxe;',
    '"\' onload=',
    'line\r\nfeed\ttab\u0085\u2028',
    '𠮷野家 😀',
  ])('markup in a directory stays text: %j', (value) => {
    const attribute = read(write({ displayName: [value] }, 'displayName'));
    expect(attribute.children).toHaveLength(1);
    expect(listChildren(attribute, ns.saml, 'AttributeValue').map(textOf)).toEqual([value]);
  });

  test('whatever goes out arrives, and nothing but text arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (values) => {
        const { resolved } = resolveAttributes(examplePerson({ jao: values }), exampleContext());
        const jao = resolved.filter(({ definition }) => definition.id === 'jao');
        for (const attribute of jao) {
          const element = read(writeCanonical(toSamlAttribute(attribute)));
          const arrived = listChildren(element, ns.saml, 'AttributeValue').map(textOf);
          expect(arrived).toEqual(attribute.values.map(({ value }) => value));
        }
      }),
      { numRuns: 300 },
    );
  });
});
