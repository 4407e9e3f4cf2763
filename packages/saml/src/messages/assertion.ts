import { confirmationMethods } from '@gakumon/terms';
import { element, type OutElement } from '../xml/outElement.ts';
import { formatDateTime } from './dateTime.ts';

/** saml:NameID (SAML Core 2.2.3). */
export type NameId = {
  readonly format: string;
  readonly value: string;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
};

/** What one assertion says. Times are milliseconds since the epoch. */
export type AssertionContents = {
  readonly id: string;
  readonly issuer: string;
  readonly issueInstant: number;
  readonly nameId: NameId;
  /** The AssertionConsumerService that it may be presented at. */
  readonly recipient: string;
  readonly inResponseTo: string | undefined;
  /** The time in which it may be presented. */
  readonly notBefore: number;
  readonly notOnOrAfter: number;
  readonly audience: string;
  readonly authnInstant: number;
  readonly authnContextClass: string;
  readonly sessionIndex: string;
  readonly sessionNotOnOrAfter: number;
  /** Where the person authenticated from, for saml:SubjectLocality (SAML Core 2.7.2.1); undefined says nothing. */
  readonly subjectAddress: string | undefined;
  /** saml:Attribute elements; none leaves the AttributeStatement out (it may not be empty). */
  readonly attributes: readonly OutElement[];
};

/** Writes saml:NameID. */
export function buildNameId(nameId: NameId): OutElement {
  return element(
    'saml:NameID',
    { Format: nameId.format, NameQualifier: nameId.nameQualifier, SPNameQualifier: nameId.spNameQualifier },
    nameId.value,
  );
}

/** Writes the assertion of Web Browser SSO (SAML Profiles 4.1.4.2). */
export function buildAssertion(contents: AssertionContents): OutElement {
  return element(
    'saml:Assertion',
    { ID: contents.id, Version: '2.0', IssueInstant: formatDateTime(contents.issueInstant) },
    element('saml:Issuer', {}, contents.issuer),
    buildSubject(contents),
    buildConditions(contents),
    buildAuthnStatement(contents),
    contents.attributes.length === 0 ? undefined : element('saml:AttributeStatement', {}, ...contents.attributes),
  );
}

function buildSubject(contents: AssertionContents): OutElement {
  const data = element('saml:SubjectConfirmationData', {
    InResponseTo: contents.inResponseTo,
    NotOnOrAfter: formatDateTime(contents.notOnOrAfter),
    Recipient: contents.recipient,
  });
  return element(
    'saml:Subject',
    {},
    buildNameId(contents.nameId),
    element('saml:SubjectConfirmation', { Method: confirmationMethods.bearer }, data),
  );
}

function buildConditions(contents: AssertionContents): OutElement {
  return element(
    'saml:Conditions',
    { NotBefore: formatDateTime(contents.notBefore), NotOnOrAfter: formatDateTime(contents.notOnOrAfter) },
    element('saml:AudienceRestriction', {}, element('saml:Audience', {}, contents.audience)),
  );
}

function buildAuthnStatement(contents: AssertionContents): OutElement {
  return element(
    'saml:AuthnStatement',
    {
      AuthnInstant: formatDateTime(contents.authnInstant),
      SessionIndex: contents.sessionIndex,
      SessionNotOnOrAfter: formatDateTime(contents.sessionNotOnOrAfter),
    },
    contents.subjectAddress === undefined
      ? undefined
      : element('saml:SubjectLocality', { Address: contents.subjectAddress }),
    element('saml:AuthnContext', {}, element('saml:AuthnContextClassRef', {}, contents.authnContextClass)),
  );
}
