import { confirmationMethods, ns, statuses } from '@gakumon/terms';
import type { TestKey } from '../keys/testKeys.ts';
import { type Decrypted, decryptData } from './decryption.ts';
import { attributeOf, childrenOf, onlyChild, optionalChild, parseDocument, serialise, textOf } from './dom.ts';
import { verifyElement } from './signatures.ts';

export type ReadNameId = {
  readonly format: string | undefined;
  readonly value: string;
  readonly nameQualifier: string | undefined;
  readonly spNameQualifier: string | undefined;
};

/** An assertion that passed every check of {@link readResponse}. Instants are milliseconds. */
export type ReadAssertion = {
  readonly id: string;
  readonly nameId: ReadNameId;
  /** saml:Attribute/@Name → its values; a NameID inside a value is rendered as Shibboleth does, `IdP!SP!value`. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly authnContext: string;
  readonly authnInstant: number;
  readonly sessionIndex: string | undefined;
  readonly sessionNotOnOrAfter: number | undefined;
  readonly inResponseTo: string | undefined;
  readonly recipient: string;
  readonly audience: string;
  readonly conditions: { readonly notBefore: number; readonly notOnOrAfter: number };
  readonly confirmationNotOnOrAfter: number;
  readonly signed: boolean;
  /** The algorithms when it came encrypted. */
  readonly encryption: Omit<Decrypted, 'xml'> | undefined;
  /** As text, decrypted. */
  readonly xml: string;
};

export type ReadResponse = {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string | undefined;
  readonly inResponseTo: string | undefined;
  readonly issueInstant: number;
  readonly status: { readonly code: string; readonly second: string | undefined; readonly message: string | undefined };
  readonly signed: boolean;
  /** Undefined when the status is not Success. */
  readonly assertion: ReadAssertion | undefined;
  /** The document as it came. */
  readonly xml: string;
};

/** What the SP expects; whatever differs is an error. */
export type Expectation = {
  readonly spEntityId: string;
  readonly acs: string;
  readonly idpEntityId: string;
  /** PEM of the certificates in the IdP's metadata. */
  readonly idpCertificates: readonly string[];
  /** The ID of the AuthnRequest; null for an unsolicited answer. */
  readonly requestId: string | null;
  readonly decryptionKeys: readonly TestKey[];
  /** The present, milliseconds. */
  readonly now: number;
  /** How far the clocks may be apart, milliseconds. */
  readonly skew: number;
  /** False to take a Response whose assertion alone is signed. */
  readonly requireSignedResponse: boolean;
  readonly requireSignedAssertion: boolean;
  readonly requireEncryption: boolean;
  /** The saml:Attribute/@NameFormat that it takes. */
  readonly nameFormats: readonly string[];
};

/**
 * Reads a Response as a careful service provider does (SAML Profiles 4.1.4.3), with no code of Gakumon's.
 * Of what is signed, only the canonical octets that the signature covers are read.
 * @param samlResponse the form field: base64
 * @throws Error naming the check that failed
 */
export function readResponse(samlResponse: string, expected: Expectation): ReadResponse {
  demand(/^[A-Za-z0-9+/]+={0,2}$/.test(samlResponse), 'SAMLResponse is not base64 on one line');
  const xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(samlResponse, 'base64'));
  const received = parseDocument(xml).documentElement;
  demand(
    received.namespaceURI === ns.samlp && received.localName === 'Response',
    `a ${received.nodeName}, no Response`,
  );
  const signed = childrenOf(received, ns.ds, 'Signature').length > 0;
  demand(signed || !expected.requireSignedResponse, 'the Response is not signed');
  const response = signed ? readVerified(received, expected) : received;
  const issuer = textOf(onlyChild(response, ns.saml, 'Issuer'));
  demand(issuer === expected.idpEntityId, `the Response is from ${issuer}`);
  const destination = attributeOf(response, 'Destination');
  demand(destination === expected.acs || (destination === undefined && !signed), `Destination is ${destination}`);
  const inResponseTo = attributeOf(response, 'InResponseTo');
  demand(inResponseTo === (expected.requestId ?? undefined), `Response/@InResponseTo is ${inResponseTo}`);
  demand(attributeOf(response, 'Version') === '2.0', 'Response/@Version is not 2.0');
  const status = readStatus(onlyChild(response, ns.samlp, 'Status'));
  const success = status.code === statuses.success;
  const assertion = success ? readAssertion(response, expected, signed) : demandNoAssertion(response);
  return {
    id: required(attributeOf(response, 'ID'), 'Response/@ID'),
    issuer,
    destination,
    inResponseTo,
    issueInstant: instantOf(response, 'IssueInstant'),
    status,
    signed,
    assertion,
    xml,
  };
}

const readVerified = (element: Element, expected: Expectation): Element =>
  parseDocument(verifyElement(element, expected.idpCertificates)).documentElement;

function readStatus(status: Element): ReadResponse['status'] {
  const code = onlyChild(status, ns.samlp, 'StatusCode');
  const message = optionalChild(status, ns.samlp, 'StatusMessage');
  return {
    code: required(attributeOf(code, 'Value'), 'StatusCode/@Value'),
    second: attributeOf(optionalChild(code, ns.samlp, 'StatusCode'), 'Value'),
    message: message === undefined ? undefined : textOf(message),
  };
}

function demandNoAssertion(response: Element): undefined {
  for (const name of ['Assertion', 'EncryptedAssertion']) {
    demand(childrenOf(response, ns.saml, name).length === 0, `an error with an ${name}`);
  }
}

function readAssertion(response: Element, expected: Expectation, responseSigned: boolean): ReadAssertion {
  const encrypted = optionalChild(response, ns.saml, 'EncryptedAssertion');
  demand(encrypted !== undefined || !expected.requireEncryption, 'the assertion is not encrypted');
  const decrypted = encrypted === undefined ? undefined : decryptAssertion(encrypted, expected.decryptionKeys);
  const received =
    decrypted === undefined ? onlyChild(response, ns.saml, 'Assertion') : parseDocument(decrypted.xml).documentElement;
  demand(received.namespaceURI === ns.saml && received.localName === 'Assertion', 'what was encrypted is no Assertion');
  demand(encrypted === undefined || childrenOf(response, ns.saml, 'Assertion').length === 0, 'two assertions');
  const signed = childrenOf(received, ns.ds, 'Signature').length > 0;
  demand(signed || !expected.requireSignedAssertion, 'the assertion is not signed');
  demand(signed || responseSigned, 'neither Response nor assertion is signed');
  const assertion = signed ? readVerified(received, expected) : received;
  return {
    ...readVerifiedAssertion(assertion, expected),
    signed,
    encryption: decrypted && { cipher: decrypted.cipher, keyTransport: decrypted.keyTransport },
    xml: serialise(received),
  };
}

function decryptAssertion(encrypted: Element, keys: readonly TestKey[]): Decrypted {
  const problems: string[] = [];
  for (const key of keys) {
    try {
      return decryptData(onlyChild(encrypted, ns.xenc, 'EncryptedData'), key);
    } catch (error) {
      problems.push(Error.isError(error) ? error.message : String(error));
    }
  }
  throw new Error(`the assertion cannot be decrypted: ${problems.join('; ')}`);
}

function readVerifiedAssertion(
  assertion: Element,
  expected: Expectation,
): Omit<ReadAssertion, 'signed' | 'encryption' | 'xml'> {
  const issuer = textOf(onlyChild(assertion, ns.saml, 'Issuer'));
  demand(issuer === expected.idpEntityId, `the assertion is from ${issuer}`);
  demand(attributeOf(assertion, 'Version') === '2.0', 'Assertion/@Version is not 2.0');
  const subject = onlyChild(assertion, ns.saml, 'Subject');
  const statement = onlyChild(assertion, ns.saml, 'AuthnStatement');
  const context = onlyChild(statement, ns.saml, 'AuthnContext');
  const sessionEnd = attributeOf(statement, 'SessionNotOnOrAfter');
  return {
    id: required(attributeOf(assertion, 'ID'), 'Assertion/@ID'),
    nameId: readNameId(onlyChild(subject, ns.saml, 'NameID')),
    attributes: readAttributes(optionalChild(assertion, ns.saml, 'AttributeStatement'), expected),
    authnContext: textOf(onlyChild(context, ns.saml, 'AuthnContextClassRef')),
    authnInstant: instantOf(statement, 'AuthnInstant'),
    sessionIndex: attributeOf(statement, 'SessionIndex'),
    sessionNotOnOrAfter: sessionEnd === undefined ? undefined : Date.parse(sessionEnd),
    ...readConfirmation(subject, expected),
    ...readConditions(onlyChild(assertion, ns.saml, 'Conditions'), expected),
  };
}

function readConfirmation(
  subject: Element,
  { acs, requestId, now, skew }: Expectation,
): Pick<ReadAssertion, 'inResponseTo' | 'recipient' | 'confirmationNotOnOrAfter'> {
  const confirmation = onlyChild(subject, ns.saml, 'SubjectConfirmation');
  const method = attributeOf(confirmation, 'Method');
  demand(method === confirmationMethods.bearer, `the subject is confirmed by ${method}`);
  const data = onlyChild(confirmation, ns.saml, 'SubjectConfirmationData');
  const recipient = attributeOf(data, 'Recipient');
  demand(recipient === acs, `Recipient is ${recipient}`);
  const inResponseTo = attributeOf(data, 'InResponseTo');
  demand(inResponseTo === (requestId ?? undefined), `SubjectConfirmationData/@InResponseTo is ${inResponseTo}`);
  demand(attributeOf(data, 'NotBefore') === undefined, 'SubjectConfirmationData must not have NotBefore');
  const confirmationNotOnOrAfter = instantOf(data, 'NotOnOrAfter');
  demand(now - skew < confirmationNotOnOrAfter, 'the confirmation has expired');
  return { recipient: acs, inResponseTo, confirmationNotOnOrAfter };
}

function readConditions(
  conditions: Element,
  { spEntityId, now, skew }: Expectation,
): Pick<ReadAssertion, 'audience' | 'conditions'> {
  const restriction = onlyChild(conditions, ns.saml, 'AudienceRestriction');
  const audience = textOf(onlyChild(restriction, ns.saml, 'Audience'));
  demand(audience === spEntityId, `the audience is ${audience}`);
  const notBefore = instantOf(conditions, 'NotBefore');
  const notOnOrAfter = instantOf(conditions, 'NotOnOrAfter');
  demand(notBefore <= now + skew, 'the assertion is not valid yet');
  demand(now - skew < notOnOrAfter, 'the assertion has expired');
  return { audience, conditions: { notBefore, notOnOrAfter } };
}

const readNameId = (nameId: Element): ReadNameId => ({
  format: attributeOf(nameId, 'Format'),
  value: textOf(nameId),
  nameQualifier: attributeOf(nameId, 'NameQualifier'),
  spNameQualifier: attributeOf(nameId, 'SPNameQualifier'),
});

function readAttributes(
  statement: Element | undefined,
  { nameFormats }: Expectation,
): Record<string, readonly string[]> {
  if (statement === undefined) return {};
  const attributes: Record<string, readonly string[]> = {};
  for (const attribute of childrenOf(statement, ns.saml, 'Attribute')) {
    const name = required(attributeOf(attribute, 'Name'), 'Attribute/@Name');
    demand(attributes[name] === undefined, `the attribute ${name} comes twice`);
    demand(nameFormats.includes(attributeOf(attribute, 'NameFormat') ?? ''), `NameFormat of ${name}`);
    attributes[name] = childrenOf(attribute, ns.saml, 'AttributeValue').map(readValue);
  }
  return attributes;
}

function readValue(value: Element): string {
  const nameId = optionalChild(value, ns.saml, 'NameID');
  if (nameId === undefined) return textOf(value);
  const { nameQualifier, spNameQualifier, value: identifier } = readNameId(nameId);
  return `${nameQualifier}!${spNameQualifier}!${identifier}`;
}

function instantOf(element: Element, name: string): number {
  const text = required(attributeOf(element, name), `${element.localName}/@${name}`);
  demand(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text), `${name} is ${text}, no instant in UTC`);
  return Date.parse(text);
}

function required(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new Error(`${what} is missing`);
  return value;
}

function demand(fulfilled: boolean, problem: string): asserts fulfilled {
  if (!fulfilled) throw new Error(problem);
}
