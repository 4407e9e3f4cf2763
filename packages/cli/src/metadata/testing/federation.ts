import { signDocument, type TestKey } from '@gakumon/testkit';

/** A service provider of a made federation. */
export type Member = {
  readonly id: string;
  readonly acs?: string;
  readonly name?: string;
  readonly category?: string;
};

const namespaces = [
  'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"',
  'xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"',
  'xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"',
  'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
].join(' ');

const entityIdOf = (id: string): string => `https://${id}.example.org/sp`;

/** @param validUntil milliseconds */
export function federation(members: readonly (Member | string)[], validUntil: number): string {
  const entities = members.map((one) => entityOf(typeof one === 'string' ? { id: one } : one));
  const end = new Date(validUntil).toISOString();
  return `<md:EntitiesDescriptor ${namespaces} ID="_federation" Name="federation" validUntil="${end}">
${entities.join('\n')}
</md:EntitiesDescriptor>`;
}

/** The same, signed as a federation does. */
export function signedFederation(members: readonly (Member | string)[], validUntil: number, key: TestKey): string {
  return signDocument(federation(members, validUntil), key);
}

function entityOf({ id, acs = `${entityIdOf(id)}/acs`, name = id, category }: Member): string {
  const attributes =
    category === undefined
      ? ''
      : `<md:Extensions><mdattr:EntityAttributes><saml:Attribute Name="http://macedir.org/entity-category" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>${category}</saml:AttributeValue></saml:Attribute></mdattr:EntityAttributes></md:Extensions>`;
  return `<md:EntityDescriptor entityID="${entityIdOf(id)}">${attributes}<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:Extensions><mdui:UIInfo><mdui:DisplayName xml:lang="en">${name}</mdui:DisplayName></mdui:UIInfo></md:Extensions><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acs}" index="1"/></md:SPSSODescriptor></md:EntityDescriptor>`;
}
