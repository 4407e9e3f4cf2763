import { confirmationMethods, ns } from '@gakumon/terms';
import { findDown, listChildren } from './strictXml.ts';

/** What the envelope of a verified Response says; undefined for what is missing. */
export type ResponseFacts = {
  readonly id: string | undefined;
  readonly issuer: string | undefined;
  readonly destination: string | undefined;
  readonly inResponseTo: string | undefined;
  readonly status: { readonly code: string; readonly second: string | undefined; readonly message: string | undefined };
};

/** What a verified assertion says. Instants are milliseconds, NaN when they are none. */
export type AssertionFacts = {
  readonly id: string | undefined;
  readonly issuer: string | undefined;
  readonly nameId: { readonly format: string | undefined; readonly value: string };
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly authnContext: string | undefined;
  readonly authnInstant: number;
  readonly sessionIndex: string | undefined;
  readonly audiences: readonly string[];
  readonly notBefore: number;
  readonly notOnOrAfter: number;
  readonly confirmations: readonly Confirmation[];
};

/** A bearer SubjectConfirmation (SAML Profiles 4.1.4.2). */
export type Confirmation = {
  readonly recipient: string | undefined;
  readonly inResponseTo: string | undefined;
  readonly notOnOrAfter: number;
};

const attribute = (element: Element | undefined, name: string): string | undefined =>
  element?.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined;
const text = (element: Element | undefined): string | undefined => element?.textContent ?? undefined;
const instant = (element: Element | undefined, name: string): number => Date.parse(attribute(element, name) ?? '');

export function readResponseFacts(root: Element): ResponseFacts {
  const status = findDown(root, [ns.samlp, 'Status']);
  const code = status && findDown(status, [ns.samlp, 'StatusCode']);
  return {
    id: attribute(root, 'ID'),
    issuer: text(findDown(root, [ns.saml, 'Issuer'])),
    destination: attribute(root, 'Destination'),
    inResponseTo: attribute(root, 'InResponseTo'),
    status: {
      code: attribute(code, 'Value') ?? '',
      second: attribute(code && findDown(code, [ns.samlp, 'StatusCode']), 'Value'),
      message: text(status && findDown(status, [ns.samlp, 'StatusMessage'])),
    },
  };
}

export function readAssertionFacts(assertion: Element): AssertionFacts {
  const nameId = findDown(assertion, [ns.saml, 'Subject'], [ns.saml, 'NameID']);
  const conditions = findDown(assertion, [ns.saml, 'Conditions']);
  const statement = findDown(assertion, [ns.saml, 'AuthnStatement']);
  const context = statement && findDown(statement, [ns.saml, 'AuthnContext'], [ns.saml, 'AuthnContextClassRef']);
  return {
    id: attribute(assertion, 'ID'),
    issuer: text(findDown(assertion, [ns.saml, 'Issuer'])),
    nameId: { format: attribute(nameId, 'Format'), value: text(nameId) ?? '' },
    attributes: readAttributes(assertion),
    authnContext: text(context),
    authnInstant: instant(statement, 'AuthnInstant'),
    sessionIndex: attribute(statement, 'SessionIndex'),
    audiences: conditions === undefined ? [] : readAudiences(conditions),
    notBefore: instant(conditions, 'NotBefore'),
    notOnOrAfter: instant(conditions, 'NotOnOrAfter'),
    confirmations: readConfirmations(assertion),
  };
}

const readAudiences = (conditions: Element): string[] =>
  listChildren(conditions, ns.saml, 'AudienceRestriction')
    .flatMap((restriction) => listChildren(restriction, ns.saml, 'Audience'))
    .map((audience) => text(audience) ?? '');

function readConfirmations(assertion: Element): Confirmation[] {
  const subject = findDown(assertion, [ns.saml, 'Subject']);
  if (subject === undefined) return [];
  return listChildren(subject, ns.saml, 'SubjectConfirmation')
    .filter((confirmation) => attribute(confirmation, 'Method') === confirmationMethods.bearer)
    .map((confirmation) => {
      const data = findDown(confirmation, [ns.saml, 'SubjectConfirmationData']);
      return {
        recipient: attribute(data, 'Recipient'),
        inResponseTo: attribute(data, 'InResponseTo'),
        notOnOrAfter: instant(data, 'NotOnOrAfter'),
      };
    });
}

function readAttributes(assertion: Element): AssertionFacts['attributes'] {
  const statement = findDown(assertion, [ns.saml, 'AttributeStatement']);
  if (statement === undefined) return [];
  return listChildren(statement, ns.saml, 'Attribute').map((element) => ({
    name: attribute(element, 'Name') ?? '',
    values: listChildren(element, ns.saml, 'AttributeValue').map(readValue),
  }));
}

/** A NameID inside a value (eduPersonTargetedID) is written as Shibboleth SPs do: `IdP!SP!value`. */
function readValue(value: Element): string {
  const nameId = findDown(value, [ns.saml, 'NameID']);
  if (nameId === undefined) return text(value) ?? '';
  return [attribute(nameId, 'NameQualifier'), attribute(nameId, 'SPNameQualifier'), text(nameId)].join('!');
}
