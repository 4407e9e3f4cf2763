import { GakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { trimXmlSpace } from '../xml/characters.ts';
import { attributeOf, findChild, listChildren, listElements, textOf } from '../xml/elements.ts';
import type { XmlElement } from '../xml/nodes.ts';
import { parseDateTime } from './dateTime.ts';

export type Comparison = 'exact' | 'minimum' | 'maximum' | 'better';

/** samlp:AuthnRequest (SAML Core 3.4.1), read but not believed. */
export type AuthnRequest = {
  readonly id: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly issueInstant: number;
  readonly destination: string | undefined;
  readonly issuer: string | undefined;
  readonly issuerFormat: string | undefined;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  readonly protocolBinding: string | undefined;
  readonly assertionConsumerServiceUrl: string | undefined;
  readonly assertionConsumerServiceIndex: number | undefined;
  readonly attributeConsumingServiceIndex: number | undefined;
  readonly nameIdPolicy:
    | { readonly format: string | undefined; readonly spNameQualifier: string | undefined }
    | undefined;
  readonly requestedAuthnContext: RequestedAuthnContextElement | undefined;
  readonly subject: SubjectElement | undefined;
};

/** saml:Subject of a request (SAML Core 2.4.1). */
export type SubjectElement = {
  /** An identifier in the clear; undefined when there is none, or another kind of one. */
  readonly nameId: RequestedNameId | undefined;
  /** A saml:BaseID or saml:EncryptedID. */
  readonly hasOtherIdentifier: boolean;
  readonly hasConfirmation: boolean;
};

/** saml:NameID of a request (SAML Core 2.2.3). */
export type RequestedNameId = {
  readonly format: string | undefined;
  readonly value: string;
  /** Whose name it is: the party that made it, and the one it was made for. */
  readonly nameQualifier: string | undefined;
  readonly spNameQualifier: string | undefined;
};

/** samlp:RequestedAuthnContext (SAML Core 3.3.2.2.1): class references or declaration references, never both. */
export type RequestedAuthnContextElement = {
  readonly comparison: Comparison;
  readonly classReferences: readonly string[];
  readonly declarationReferences: readonly string[];
};

/** What may stand in an AuthnRequest, each once (SAML Core 3.2.1, 3.4.1). What is not read here is tolerated, not obeyed. */
const contents: Readonly<Record<string, readonly string[]>> = {
  [ns.saml]: ['Issuer', 'Subject', 'Conditions'],
  [ns.ds]: ['Signature'],
  [ns.samlp]: ['Extensions', 'NameIDPolicy', 'RequestedAuthnContext', 'Scoping'],
};

/** The longest that a persistent identifier may be (SAML Core 8.3.7); other names of people are shorter still. */
const longestNameId = 256;

/** An NCName; a digit in front is tolerated, since senders do it. */
const usableId = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u;

/**
 * Reads an AuthnRequest out of a parsed document.
 * @throws GakumonError `request-not-authn` when it is another message, `request-invalid` when it breaks the schema
 */
export function parseAuthnRequest(root: XmlElement): AuthnRequest {
  if (root.namespace !== ns.samlp || root.localName !== 'AuthnRequest') {
    throw new GakumonError('request-not-authn', {
      detail: quoteUntrusted(`{${root.namespace}}${root.localName}`, 200),
    });
  }
  requireContents(root);
  const issuer = findChild(root, ns.saml, 'Issuer');
  return {
    id: requireId(root),
    version: requireAttribute(root, 'Version'),
    issueInstant: parseDateTime(requireAttribute(root, 'IssueInstant')),
    destination: attributeOf(root, 'Destination'),
    issuer: issuer === undefined ? undefined : trimXmlSpace(textOf(issuer)),
    issuerFormat: issuer === undefined ? undefined : attributeOf(issuer, 'Format'),
    forceAuthn: parseBoolean(root, 'ForceAuthn'),
    isPassive: parseBoolean(root, 'IsPassive'),
    protocolBinding: attributeOf(root, 'ProtocolBinding'),
    assertionConsumerServiceUrl: attributeOf(root, 'AssertionConsumerServiceURL'),
    assertionConsumerServiceIndex: parseIndex(root, 'AssertionConsumerServiceIndex'),
    attributeConsumingServiceIndex: parseIndex(root, 'AttributeConsumingServiceIndex'),
    nameIdPolicy: readNameIdPolicy(findChild(root, ns.samlp, 'NameIDPolicy')),
    requestedAuthnContext: readRequestedAuthnContext(findChild(root, ns.samlp, 'RequestedAuthnContext')),
    subject: readSubject(findChild(root, ns.saml, 'Subject')),
  };
}

/** Two Issuers, or an element that nobody expects there, would be read differently by different readers. */
function requireContents(root: XmlElement): void {
  const seen = new Set<string>();
  for (const { namespace, localName } of listElements(root)) {
    const isKnown = Object.hasOwn(contents, namespace) && contents[namespace]?.includes(localName);
    if (!isKnown) throw new GakumonError('request-invalid', { detail: `unexpected ${quoteUntrusted(localName)}` });
    if (seen.has(localName)) throw new GakumonError('request-invalid', { detail: `${localName} stands there twice` });
    seen.add(localName);
  }
}

function readSubject(element: XmlElement | undefined): SubjectElement | undefined {
  if (element === undefined) return undefined;
  const nameIds = listChildren(element, ns.saml, 'NameID');
  const others = [...listChildren(element, ns.saml, 'BaseID'), ...listChildren(element, ns.saml, 'EncryptedID')];
  if (nameIds.length + others.length > 1) throw new GakumonError('request-invalid', { detail: 'several identifiers' });
  return {
    nameId: readNameId(nameIds[0]),
    hasOtherIdentifier: others.length > 0,
    hasConfirmation: findChild(element, ns.saml, 'SubjectConfirmation') !== undefined,
  };
}

function readNameId(element: XmlElement | undefined): RequestedNameId | undefined {
  if (element === undefined) return undefined;
  const value = trimXmlSpace(textOf(element));
  if (value.length > longestNameId) throw new GakumonError('request-invalid', { detail: 'an endless NameID' });
  if (value === '') return undefined;
  return {
    format: attributeOf(element, 'Format'),
    value,
    nameQualifier: attributeOf(element, 'NameQualifier'),
    spNameQualifier: attributeOf(element, 'SPNameQualifier'),
  };
}

function readNameIdPolicy(element: XmlElement | undefined): AuthnRequest['nameIdPolicy'] {
  if (element === undefined) return undefined;
  return { format: attributeOf(element, 'Format'), spNameQualifier: attributeOf(element, 'SPNameQualifier') };
}

function readRequestedAuthnContext(element: XmlElement | undefined): RequestedAuthnContextElement | undefined {
  if (element === undefined) return undefined;
  const comparison = attributeOf(element, 'Comparison') ?? 'exact';
  if (!isComparison(comparison))
    throw new GakumonError('request-invalid', { detail: 'RequestedAuthnContext/@Comparison' });
  const texts = (name: string) => listChildren(element, ns.saml, name).map((child) => textOf(child).trim());
  return {
    comparison,
    classReferences: texts('AuthnContextClassRef'),
    declarationReferences: texts('AuthnContextDeclRef'),
  };
}

function isComparison(value: string): value is Comparison {
  return ['exact', 'minimum', 'maximum', 'better'].includes(value);
}

function requireId(root: XmlElement): string {
  const id = requireAttribute(root, 'ID');
  if (id.length > 256 || !usableId.test(id))
    throw new GakumonError('request-invalid', { detail: 'ID is not an xs:ID' });
  return id;
}

function requireAttribute(element: XmlElement, name: string): string {
  const value = attributeOf(element, name);
  if (value === undefined) throw new GakumonError('request-invalid', { detail: `${name} is missing` });
  return value;
}

/** xs:boolean: `true`, `false`, `1`, `0`; absent is false. */
function parseBoolean(element: XmlElement, name: string): boolean {
  const value = attributeOf(element, name)?.trim();
  if (value === undefined || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1') return true;
  throw new GakumonError('request-invalid', { detail: `${name} is not an xs:boolean` });
}

/** xs:unsignedShort. */
function parseIndex(element: XmlElement, name: string): number | undefined {
  const value = attributeOf(element, name)?.trim();
  if (value === undefined) return undefined;
  if (!/^\+?\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new GakumonError('request-invalid', { detail: `${name} is not an xs:unsignedShort` });
  }
  return Number(value);
}
