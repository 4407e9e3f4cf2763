import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import {
  algorithms,
  attributeNameFormats,
  authnContexts,
  bindings,
  type Clock,
  confirmationMethods,
  type IdMaker,
  nameIdFormats,
  ns,
  statuses,
} from '@gakumon/terms';
import { type TestKey, testKeys } from '../keys/testKeys.ts';
import { sequentialIds } from '../time.ts';
import { escapeMarkup, writeAttributes } from './authnRequest.ts';
import { signDocument } from './signatures.ts';

/** An answer of a pretend IdP. What is left out is as it should be; each thing can be made wrong by itself. */
export type AnswerOptions = {
  /** Undefined for an unsolicited one. */
  readonly requestId: string | undefined;
  readonly acs: string;
  readonly audience: string;
  /** Undefined: the assertion goes in the clear. */
  readonly encryptTo: TestKey | undefined;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly authnContext?: string;
  /** Milliseconds; now when undefined. */
  readonly authnInstant?: number;
  readonly assertionId?: string;
  readonly recipient?: string;
  readonly destination?: string;
  readonly issuer?: string;
  readonly confirmedRequestId?: string;
  /** Who signs the Response, and the assertion inside; null for nobody. */
  readonly responseKey?: TestKey | null;
  readonly assertionKey?: TestKey | null;
  /** An error instead of an assertion: top-level and second-level status. */
  readonly status?: readonly [string, string];
  /** Changes the text before it is signed. */
  readonly alterAssertion?: (xml: string) => string;
  readonly alterResponse?: (xml: string) => string;
};

export type PretendIdp = {
  readonly entityId: string;
  metadata(): string;
  /** A Response as text. */
  answer(options: AnswerOptions): string;
};

const lifetime = 300_000;

/** An identity provider made of string templates, xml-crypto and node:crypto, for tests of a service provider. */
export function pretendIdp(
  settings: {
    readonly entityId?: string;
    readonly sso?: string;
    readonly key?: TestKey;
    readonly clock?: Clock;
    readonly newId?: IdMaker;
  } = {},
): PretendIdp {
  const entityId = settings.entityId ?? 'https://idp.example.ac.jp/idp/shibboleth';
  const sso = settings.sso ?? 'https://idp.example.ac.jp/idp/profile/SAML2/Redirect/SSO';
  const key = settings.key ?? testKeys.idpSigning;
  const clock = settings.clock ?? Date.now;
  const newId = settings.newId ?? sequentialIds('_answer');
  return {
    entityId,
    metadata: () =>
      `<md:EntityDescriptor xmlns:md="${ns.md}" entityID="${escapeMarkup(entityId)}"><md:IDPSSODescriptor protocolSupportEnumeration="${ns.samlp}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${ns.ds}"><ds:X509Data><ds:X509Certificate>${key.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService${writeAttributes({ Binding: bindings.redirect, Location: sso })}/></md:IDPSSODescriptor></md:EntityDescriptor>`,
    answer: (options) => {
      const around = { issuer: options.issuer ?? entityId, now: clock(), newId };
      const content = options.status === undefined ? writeProtectedAssertion(options, around, key) : '';
      const written = writeResponse(options, around, content);
      const xml = options.alterResponse?.(written) ?? written;
      return options.responseKey === null ? xml : signDocument(xml, options.responseKey ?? key);
    },
  };
}

type Around = { readonly issuer: string; readonly now: number; readonly newId: IdMaker };

const instant = (when: number): string => new Date(when).toISOString();

function writeProtectedAssertion(options: AnswerOptions, around: Around, key: TestKey): string {
  const written = writeAssertion(options, around);
  const xml = options.alterAssertion?.(written) ?? written;
  const signed = options.assertionKey === null ? xml : signDocument(xml, options.assertionKey ?? key);
  return options.encryptTo === undefined ? signed : encryptAssertion(signed, options.encryptTo);
}

function writeResponse(options: AnswerOptions, { issuer, now, newId }: Around, content: string): string {
  const [code, second] = options.status ?? [statuses.success, undefined];
  const inner = second === undefined ? '' : `<samlp:StatusCode Value="${second}"/>`;
  const attributes = writeAttributes({
    Destination: options.destination ?? options.acs,
    ID: newId(),
    InResponseTo: options.requestId,
    IssueInstant: instant(now),
    Version: '2.0',
  });
  return `<samlp:Response xmlns:samlp="${ns.samlp}"${attributes}><saml:Issuer xmlns:saml="${ns.saml}">${escapeMarkup(issuer)}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${code}">${inner}</samlp:StatusCode></samlp:Status>${content}</samlp:Response>`;
}

function writeAssertion(options: AnswerOptions, { issuer, now, newId }: Around): string {
  const end = instant(now + lifetime);
  const confirmation = writeAttributes({
    InResponseTo: options.confirmedRequestId ?? options.requestId,
    NotOnOrAfter: end,
    Recipient: options.recipient ?? options.acs,
  });
  return [
    `<saml:Assertion xmlns:saml="${ns.saml}"${writeAttributes({ ID: options.assertionId ?? newId(), IssueInstant: instant(now), Version: '2.0' })}>`,
    `<saml:Issuer>${escapeMarkup(issuer)}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${nameIdFormats.transient}">${newId()}</saml:NameID><saml:SubjectConfirmation Method="${confirmationMethods.bearer}"><saml:SubjectConfirmationData${confirmation}/></saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${instant(now)}" NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${escapeMarkup(options.audience)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${instant(options.authnInstant ?? now)}" SessionIndex="${newId()}"><saml:AuthnContext><saml:AuthnContextClassRef>${escapeMarkup(options.authnContext ?? authnContexts.passwordProtectedTransport)}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    writeAttributeStatement(options.attributes ?? {}),
    '</saml:Assertion>',
  ].join('');
}

function writeAttributeStatement(attributes: Readonly<Record<string, readonly string[]>>): string {
  const written = Object.entries(attributes).map(([name, values]) => {
    const inside = values.map((value) => `<saml:AttributeValue>${escapeMarkup(value)}</saml:AttributeValue>`).join('');
    return `<saml:Attribute Name="${escapeMarkup(name)}" NameFormat="${attributeNameFormats.uri}">${inside}</saml:Attribute>`;
  });
  return written.length === 0 ? '' : `<saml:AttributeStatement>${written.join('')}</saml:AttributeStatement>`;
}

function encryptAssertion(xml: string, recipient: TestKey): string {
  const secret = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-128-gcm', secret, iv);
  const octets = Buffer.concat([iv, cipher.update(xml), cipher.final(), cipher.getAuthTag()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: recipient.publicKey, padding }, secret);
  const value = (bytes: Buffer): string =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  return `<saml:EncryptedAssertion xmlns:saml="${ns.saml}"><xenc:EncryptedData xmlns:xenc="${ns.xenc}" Type="${ns.xenc}Element"><xenc:EncryptionMethod Algorithm="${algorithms.aes128Gcm}"/><ds:KeyInfo xmlns:ds="${ns.ds}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${algorithms.rsaOaepMgf1p}"/>${value(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>${value(octets)}</xenc:EncryptedData></saml:EncryptedAssertion>`;
}
