import { parseXml, type XmlElement } from '@gakumon/saml';
import { bindings, ns } from '@gakumon/terms';
import type { Assertable } from '../../sources/source.ts';
import { type Entity, type Inherited, nothingInherited, readEntity } from '../entities.ts';
import type { IdentityProvider } from '../identityProvider.ts';
import { readIdentityProvider } from '../readIdentityProvider.ts';
import { readServiceProvider } from '../readServiceProvider.ts';
import type { ServiceProvider } from '../serviceProvider.ts';

/** Pieces of XML, with every prefix of the specifications declared around them. */
export type Made = {
  readonly entityExtensions?: string;
  readonly roleExtensions?: string;
  readonly role?: string;
  readonly entity?: string;
};

export type ReadMade<T> = { readonly read: T; readonly warnings: readonly string[] };

const acs = `<md:AssertionConsumerService Binding="${bindings.post}" Location="https://sp.example.org/acs" index="1"/>`;
export const everything: readonly Assertable[] = ['categories', 'scopes'];

/** An SP of these pieces with one AssertionConsumerService, as it is read. */
export function readMadeSp(
  made: Made,
  mayAssert = everything,
  around: Inherited = nothingInherited,
): ReadMade<ServiceProvider> {
  const entity = toEntity('SPSSODescriptor', { ...made, role: `${made.role ?? ''}${acs}` }, around);
  const { serviceProvider, warnings } = readServiceProvider(entity.entity, 'federation', mayAssert);
  if (serviceProvider === undefined) throw new Error('the SP was not read');
  return { read: serviceProvider, warnings: [...entity.warnings, ...warnings.map(({ message }) => message)] };
}

/** An IdP of these pieces, as it is read. */
export function readMadeIdp(made: Made, mayAssert = everything): ReadMade<IdentityProvider> {
  const { entity, warnings: before } = toEntity('IDPSSODescriptor', made, nothingInherited);
  const { identityProvider, warnings } = readIdentityProvider(entity, 'federation', mayAssert);
  if (identityProvider === undefined) throw new Error('the IdP was not read');
  return { read: identityProvider, warnings: [...before, ...warnings.map(({ message }) => message)] };
}

function toEntity(role: string, made: Made, around: Inherited): { entity: Entity; warnings: readonly string[] } {
  const warnings: string[] = [];
  const entity = readEntity(parseEntity(role, made), around, (message) => warnings.push(message));
  if (entity === undefined) throw new Error('the entity was not read');
  return { entity, warnings };
}

export function parseEntity(role: string, made: Made): XmlElement {
  const declarations = Object.entries(ns)
    .filter(([prefix]) => !prefix.startsWith('xml'))
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const extensions = (inside = ''): string => (inside === '' ? '' : `<md:Extensions>${inside}</md:Extensions>`);
  return parseXml(
    Buffer.from(
      `<md:EntityDescriptor${declarations.join('')} entityID="https://sp.example.org/sp">${extensions(made.entityExtensions)}<md:${role} protocolSupportEnumeration="${ns.samlp}">${extensions(made.roleExtensions)}${made.role ?? ''}</md:${role}>${made.entity ?? ''}</md:EntityDescriptor>`,
    ),
  );
}

/** Addresses that would do something else than lead to a web site. */
export const hostileAddresses: readonly string[] = [
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'data:text/html,&lt;script&gt;',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://sp.example.org/',
  'https://www.example.org@evil.example/',
  '//evil.example/',
  'mailto:x@example.org',
  'javascript:alert(1)#https://sp.example.org/',
  'https://sp.example.org/#x y',
  `https://sp.example.org/${'x'.repeat(3000)}`,
];
