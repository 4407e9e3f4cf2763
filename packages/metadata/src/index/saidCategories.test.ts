import { parseXml, type XmlElement } from '@gakumon/saml';
import { entityAttributes, ns } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { listSaidCategories } from './saidCategories.ts';

const declarations = (['md', 'mdattr', 'saml'] as const).map((prefix) => `xmlns:${prefix}="${ns[prefix]}"`).join(' ');
const attribute = (inside: string): string =>
  `<saml:Attribute Name=" ${entityAttributes.category} ">${inside}</saml:Attribute>`;
const value = (inside: string): string => `<saml:AttributeValue>${inside}</saml:AttributeValue>`;
const entity = (inside: string): XmlElement =>
  parseXml(
    Buffer.from(
      `<md:EntityDescriptor ${declarations}><md:Extensions><mdattr:EntityAttributes>${inside}</mdattr:EntityAttributes></md:Extensions></md:EntityDescriptor>`,
    ),
  );

describe('a category that keeps entities out is found', () => {
  test.each([
    ['by itself', attribute(value(' urn:hide '))],
    ['among words', attribute(value('urn:a\n urn:hide urn:b'))],
    ['cut by markup', attribute(value('urn:<b>hi</b><?x?>de'))],
    ['in markup', attribute(value('urn:a<b>urn:hide</b>'))],
    ['in another value', attribute(value(`a${value('urn:hide')}`))],
    ['in another attribute', `<saml:Attribute Name="b">${attribute(value('urn:hide'))}</saml:Attribute>`],
    ['in an assertion', `<saml:Assertion>${attribute(value('urn:hide'))}</saml:Assertion>`],
  ])('%s', (_, inside) => {
    expect(listSaidCategories(entity(inside))).toContain('urn:hide');
  });
});

test('one of another attribute is none', () => {
  expect(listSaidCategories(entity(`<saml:Attribute Name="b">${value('urn:hide')}</saml:Attribute>`))).toEqual([]);
});

test('a text in many attributes and values around one another does not fill the memory once for each', () => {
  const words = Array.from({ length: 20_000 }, (_, at) => `urn:${at}`).join(' ');
  const deep = attribute('@').repeat(28).replaceAll('@</saml:Attribute>', '');
  const inside = `${deep}${'<saml:AttributeValue>'.repeat(28)}${words}${'</saml:AttributeValue>'.repeat(28)}${'</saml:Attribute>'.repeat(28)}`;
  expect(listSaidCategories(entity(inside)).length).toBeLessThanOrEqual(20_003);
});
