import { X509Certificate } from 'node:crypto';
import { type EntityDescription, tellFingerprint } from '@gakumon/metadata';
import { type Fact, ifThere, inLanguages } from './fact.ts';
import { tellDay, tellTime } from './moments.ts';

type Key = EntityDescription['signingKeys'][number];
type Contact = EntityDescription['contacts'][number];
type Endpoint = EntityDescription['singleLogoutServices'][number];

/** Who an entity is and who answers for it, whatever its role. */
export function listIdentityFacts(entity: EntityDescription): Fact[] {
  const { names, descriptions, informationUrls, privacyStatementUrls, organization, contacts } = entity;
  return [
    ['names', ...inLanguages(names)],
    ['described as', ...inLanguages(descriptions)],
    ['tells more at', ...inLanguages(informationUrls)],
    ['privacy statement', ...inLanguages(privacyStatementUrls)],
    ['organization', ...inLanguages(organization?.displayNames ?? {}), ...inLanguages(organization?.urls ?? {})],
    ['contacts', ...contacts.map(tellContact)],
    ['registered by', ...listRegistration(entity)],
    ['categories', ...entity.categories],
    ['other entity attributes', ...listOtherAttributes(entity)],
    ['valid until', ...ifThere(entity.validUntil === undefined ? undefined : tellTime(entity.validUntil))],
  ];
}

/** Its keys, and the endpoints that roles of both kinds have. */
export function listKeyFacts(entity: EntityDescription): Fact[] {
  const { signingKeys, encryptionKeys, unusableEncryptionKeys, singleLogoutServices, algorithms } = entity;
  const signatures = algorithms.signatures.map(({ algorithm }) => algorithm);
  return [
    ['certificates it signs with', ...signingKeys.map(tellKey)],
    ['certificates to encrypt to', ...encryptionKeys.map((key) => [tellKey(key), ...key.methods].join(', '))],
    ['of no use to encrypt to', ...unusableEncryptionKeys],
    ['algorithms it names', ...algorithms.digests, ...signatures],
    ['logouts go to', ...singleLogoutServices.map(tellEndpoint)],
  ];
}

/** `https://… (HTTP-POST)`. */
export const tellEndpoint = ({ binding, location }: Endpoint): string =>
  `${location} (${binding.replace(/^urn:oasis:names:tc:SAML:2\.0:bindings:/, '')})`;

/** The fingerprint, the kind of key, and the end that nobody goes by but some look at. */
function tellKey({ fingerprint, key, certificate }: Key): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const { validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'));
  return `${tellFingerprint(fingerprint)}, ${namedCurve ?? `RSA ${modulusLength}`}, certificate to ${tellDay(validToDate.getTime())}`;
}

function tellContact({ type, company, givenName, surName, emailAddresses, telephoneNumbers }: Contact): string {
  const who = [givenName, surName, company && `(${company})`].filter(Boolean).join(' ');
  return [`${type}: ${who}`.trimEnd(), ...emailAddresses, ...telephoneNumbers].join(' ');
}

function listRegistration({ registrationAuthority, registration }: EntityDescription): string[] {
  if (registrationAuthority === undefined) return [];
  const since = registration?.instant === undefined ? '' : ` on ${tellDay(registration.instant)}`;
  return [`${registrationAuthority}${since}`, ...inLanguages(registration?.policies ?? {})];
}

const category = 'http://macedir.org/entity-category';

function listOtherAttributes({ entityAttributes }: EntityDescription): string[] {
  return entityAttributes
    .filter(({ name }) => name !== category)
    .flatMap(({ name, values }) => values.map((value) => `${name} = ${value}`));
}
