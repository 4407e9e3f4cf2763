import { aggregateXmlLimits, parseXml, type XmlElement } from '@gakumon/saml';
import { bindings, entityAttributes, ns } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { inherit, nothingInherited } from './entities.ts';
import { readServiceProvider } from './readServiceProvider.ts';
import { everything, parseEntity } from './testing/readMade.ts';

/** Bigger than one text of a message may be is read by no parser: the text goes into the tree. */
const megabyte = '長 '.repeat(500_000);

/** The tree with the text of every element that has one, and of every attribute named, made a megabyte long. */
function inflate(el: XmlElement, attributes: readonly string[]): XmlElement {
  return {
    ...el,
    attributes: el.attributes.map((one) => (attributes.includes(one.localName) ? { ...one, value: megabyte } : one)),
    children: el.children.map((child) => {
      if (child.kind === 'element') return inflate(child, attributes);
      return child.kind === 'text' ? { ...child, value: megabyte } : child;
    }),
  };
}

const texts = `<md:NameIDFormat>x</md:NameIDFormat><md:AttributeConsumingService index="2"><md:ServiceName>x</md:ServiceName><md:ServiceDescription>x</md:ServiceDescription>
  <md:RequestedAttribute Name="a" FriendlyName="x"><saml:AttributeValue>x</saml:AttributeValue></md:RequestedAttribute></md:AttributeConsumingService>`;
const uiInfo = ['DisplayName', 'Description', 'Keywords', 'InformationURL', 'PrivacyStatementURL', 'Logo']
  .map((name) => `<mdui:${name}>x</mdui:${name}>`)
  .join('');
const contact = ['Company', 'GivenName', 'SurName', 'EmailAddress', 'TelephoneNumber']
  .map((name) => `<md:${name}>x</md:${name}>`)
  .join('');
const post = `<md:AssertionConsumerService Binding="${bindings.post}" Location="https://sp.example.org/acs" index="1"/>`;

describe('texts and attributes of a megabyte', () => {
  const whole = parseEntity('SPSSODescriptor', {
    entityExtensions: `<mdrpi:RegistrationInfo registrationAuthority="x" registrationInstant="x"><mdrpi:RegistrationPolicy>x</mdrpi:RegistrationPolicy></mdrpi:RegistrationInfo>
      <mdattr:EntityAttributes><saml:Attribute Name="a" NameFormat="x"><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute></mdattr:EntityAttributes>
      <alg:DigestMethod Algorithm="x"/><alg:SigningMethod Algorithm="x" MinKeySize="1"/>`,
    roleExtensions: `<mdui:UIInfo>${uiInfo}</mdui:UIInfo><uapprove:RequestedAttributeExtension FriendlyName="x"><uapprove:Description>x</uapprove:Description></uapprove:RequestedAttributeExtension>`,
    role: `<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>x</ds:X509Certificate></ds:X509Data></ds:KeyInfo><md:EncryptionMethod Algorithm="x"/></md:KeyDescriptor>
      <md:SingleLogoutService Binding="x" Location="https://sp.example.org/slo"/>${texts}${post}`,
    entity: `<md:Organization><md:OrganizationName>x</md:OrganizationName></md:Organization><md:ContactPerson contactType="x">${contact}</md:ContactPerson>`,
  });
  const names = [
    'registrationAuthority',
    'registrationInstant',
    'NameFormat',
    'FriendlyName',
    'Algorithm',
    'contactType',
  ];
  const entity = { ...nothingInherited, element: inflate(whole, [...names, 'MinKeySize']) };
  const { serviceProvider, warnings } = readServiceProvider(entity, 'x', everything);

  test('cost the SP its texts and not its place; what is kept is short', () => {
    expect(serviceProvider?.assertionConsumerServices).toHaveLength(1);
    expect(JSON.stringify(serviceProvider).length).toBeLessThan(20_000);
  });

  test('fill no screen', () => {
    expect(warnings.length).toBeGreaterThan(10);
    for (const { message } of warnings) expect(message.length).toBeLessThan(300);
  });
});

describe('thousands of children', () => {
  const many = (one: string, inside: (all: string) => string) => {
    const element = parseXml(Buffer.from(inside(one.repeat(10_000))), aggregateXmlLimits);
    return readServiceProvider({ ...nothingInherited, element }, 'x', everything);
  };
  const entity = (role: string, extensions = '', entityParts = ''): string => {
    const declarations = Object.entries(ns).filter(([prefix]) => !prefix.startsWith('xml'));
    return `<md:EntityDescriptor ${declarations.map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(' ')} entityID="https://sp.example.org/sp">
      <md:SPSSODescriptor protocolSupportEnumeration="${ns.samlp}"><md:Extensions>${extensions}</md:Extensions>${role}${post}</md:SPSSODescriptor>${entityParts}</md:EntityDescriptor>`;
  };
  const inUiInfo = (all: string): string => entity('', `<mdui:UIInfo>${all}</mdui:UIInfo>`);
  const inService = (all: string): string =>
    entity(`<md:AttributeConsumingService index="1">${all}</md:AttributeConsumingService>`);

  test.each<[string, string, (all: string) => string]>([
    ['NameIDFormat', '<md:NameIDFormat>urn:x</md:NameIDFormat>', entity],
    ['SingleLogoutService', '<md:SingleLogoutService Binding="b" Location="https://a.example/"/>', entity],
    ['other ACSs', '<md:AssertionConsumerService Binding="b" Location="https://a.example/"/>', entity],
    ['ACSs', post, entity],
    ['hostile ACSs', `<md:AssertionConsumerService Binding="${bindings.post}" Location="javascript:x"/>`, entity],
    ['services', '<md:AttributeConsumingService/>', entity],
    ['requested attributes', '<md:RequestedAttribute Name="a"/>', inService],
    ['nameless attributes', '<md:RequestedAttribute/>', inService],
    ['Logo', '<mdui:Logo>https://a.example/</mdui:Logo>', inUiInfo],
    ['DisplayName', '<mdui:DisplayName>a</mdui:DisplayName>', inUiInfo],
    ['ContactPerson', '<md:ContactPerson contactType="x"/>', (all) => entity('', '', all)],
    ['purposes', '<uapprove:RequestedAttributeExtension/>', (all) => entity('', all)],
    [
      'RequestInitiator',
      `<init:RequestInitiator Binding="${ns.init}" Location="https://a.example/"/>`,
      (all) => entity('', all),
    ],
    ['SigningMethod', '<alg:SigningMethod Algorithm="a"/>', (all) => entity('', all)],
  ])('%s: what is kept is bounded, and so is what is told', (_, one, inside) => {
    const { serviceProvider, warnings } = many(one, inside);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThanOrEqual(101);
    for (const list of Object.values(serviceProvider ?? {})) {
      if (Array.isArray(list)) expect(list.length).toBeLessThanOrEqual(1000);
    }
    const requested = serviceProvider?.attributeConsumingServices.flatMap((service) => service.requested) ?? [];
    expect(requested.length).toBeLessThanOrEqual(1000);
  });
});

test('what many groups around one another say for an entity is bounded, and what the outer ones say stays first', () => {
  const declarations = ['md', 'mdattr', 'saml'] as const;
  const attribute = (name: string, values: readonly string[]): string =>
    `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`;
  const group = (level: number): XmlElement => {
    const values = Array.from({ length: 300 }, (_, at) => `urn:${level}:${at}`);
    const others = Array.from({ length: 40 }, (_, at) => attribute(`urn:${level}:${at}`, ['x']));
    return parseXml(
      Buffer.from(
        `<md:EntitiesDescriptor ${declarations.map((prefix) => `xmlns:${prefix}="${ns[prefix]}"`).join(' ')}><md:Extensions><mdattr:EntityAttributes>${attribute(entityAttributes.category, values)}${attribute('urn:same', values)}${others.join('')}</mdattr:EntityAttributes></md:Extensions></md:EntitiesDescriptor>`,
      ),
    );
  };
  const warnings: string[] = [];
  let said = nothingInherited;
  for (let level = 0; level < 10; level++) said = inherit(group(level), said, (one) => warnings.push(one)) ?? said;
  const { categories, attributes } = said.entityAttributes;
  expect(categories).toHaveLength(1000);
  expect(categories[0]).toBe('urn:0:0');
  expect(attributes).toHaveLength(200);
  expect(attributes[1]).toMatchObject({ name: 'urn:same', values: categories });
  expect(warnings).toContain('has more than 1000 entity categories, those of its groups included');
});
