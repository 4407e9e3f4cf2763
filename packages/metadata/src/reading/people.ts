import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns, quoteUntrusted } from '@gakumon/terms';
import { readText } from './elementText.ts';
import type { Contact, ContactType, Organization } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import { readLocalisedTexts, readLocalisedUrls } from './localisedTexts.ts';
import { parseMailAddress } from './mailAddress.ts';
import type { Warn } from './warnings.ts';

const mostContacts = 50;
const mostWays = 20;
const longestName = 200;
const longestNumber = 64;

const types: readonly ContactType[] = ['technical', 'support', 'administrative', 'billing', 'other'];

/** A contactType of `other` that is said more closely: REFEDS' Security Contact Metadata Extension, and the one it came from. */
const securityTypes = [
  { namespace: ns.remd, value: 'http://refeds.org/metadata/contactType/security' },
  { namespace: 'http://id.incommon.org/metadata', value: 'http://id.incommon.org/metadata/contactType/security' },
];

/** Reads the md:ContactPerson elements of a role, then those of its entity (SAML Metadata 2.3.2.2). */
export function readContacts(entity: XmlElement, role: XmlElement, warn: Warn): readonly Contact[] {
  const elements = [role, entity].flatMap((holder) => listChildren(holder, ns.md, 'ContactPerson'));
  return keepFirst(elements, mostContacts, warn).map((el) => {
    const inside = (name: string) => keepFirst(listChildren(el, ns.md, name), mostWays, warn);
    const textIn = (name: string) => {
      const [first] = inside(name);
      return first && readText(first, longestName, warn);
    };
    return {
      type: readType(el, warn),
      company: textIn('Company'),
      givenName: textIn('GivenName'),
      surName: textIn('SurName'),
      emailAddresses: eachOnce(inside('EmailAddress').map((address) => readMailAddress(address, warn))),
      telephoneNumbers: eachOnce(inside('TelephoneNumber').map((number) => readText(number, longestNumber, warn))),
    };
  });
}

const eachOnce = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

function readType(el: XmlElement, warn: Warn): ContactType {
  const isSecurity = securityTypes.some(
    ({ namespace, value }) => attributeOf(el, 'contactType', namespace)?.trim() === value,
  );
  if (isSecurity) return 'security';
  const written = attributeOf(el, 'contactType')?.trim() ?? '';
  const type = types.find((known) => known === written);
  if (type === undefined) warn(`contactType ${quoteUntrusted(written)} is not known`);
  return type ?? 'other';
}

function readMailAddress(el: XmlElement, warn: Warn): string | undefined {
  const text = readText(el, 1024, warn);
  const address = text && parseMailAddress(text);
  if (text !== undefined && address === undefined)
    warn(`EmailAddress ${quoteUntrusted(text)} is none that a mail can be sent to, and is ignored`);
  return address;
}

/** Reads md:Organization of a role, else of its entity (SAML Metadata 2.3.2.1). */
export function readOrganization(entity: XmlElement, role: XmlElement, warn: Warn): Organization | undefined {
  const el = findChild(role, ns.md, 'Organization') ?? findChild(entity, ns.md, 'Organization');
  if (el === undefined) return undefined;
  return {
    names: readLocalisedTexts(listChildren(el, ns.md, 'OrganizationName'), longestName, warn),
    displayNames: readLocalisedTexts(listChildren(el, ns.md, 'OrganizationDisplayName'), longestName, warn),
    urls: readLocalisedUrls(listChildren(el, ns.md, 'OrganizationURL'), warn),
  };
}
