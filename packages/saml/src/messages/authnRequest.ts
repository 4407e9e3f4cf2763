import { GakumonError, ns } from '@gakumon/terms';
import { attributeOf, findChild, listChildren, textOf } from '../xml/elements.ts';
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
  readonly hasSubject: boolean;
};

/** samlp:RequestedAuthnContext (SAML Core 3.3.2.2.1): class references or declaration references, never both. */
export type RequestedAuthnContextElement = {
  readonly comparison: Comparison;
  readonly classReferences: readonly string[];
  readonly declarationReferences: readonly string[];
};

/** An NCName; a digit in front is tolerated, since senders do it. */
const usableId = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u;

/**
 * Reads an AuthnRequest out of a parsed document.
 * @throws GakumonError `request-not-authn` when it is another message, `request-invalid` when it breaks the schema
 */
export function parseAuthnRequest(root: XmlElement): AuthnRequest {
  if (root.namespace !== ns.samlp || root.localName !== 'AuthnRequest') {
    throw new GakumonError('request-not-authn', { detail: `{${root.namespace}}${root.localName}`.slice(0, 200) });
  }
  const issuer = findChild(root, ns.saml, 'Issuer');
  return {
    id: requireId(root),
    version: requireAttribute(root, 'Version'),
    issueInstant: parseDateTime(requireAttribute(root, 'IssueInstant')),
    destination: attributeOf(root, 'Destination'),
    issuer: issuer === undefined ? undefined : textOf(issuer).trim(),
    issuerFormat: issuer === undefined ? undefined : attributeOf(issuer, 'Format'),
    forceAuthn: parseBoolean(root, 'ForceAuthn'),
    isPassive: parseBoolean(root, 'IsPassive'),
    protocolBinding: attributeOf(root, 'ProtocolBinding'),
    assertionConsumerServiceUrl: attributeOf(root, 'AssertionConsumerServiceURL'),
    assertionConsumerServiceIndex: parseIndex(root, 'AssertionConsumerServiceIndex'),
    attributeConsumingServiceIndex: parseIndex(root, 'AttributeConsumingServiceIndex'),
    nameIdPolicy: readNameIdPolicy(findChild(root, ns.samlp, 'NameIDPolicy')),
    requestedAuthnContext: readRequestedAuthnContext(findChild(root, ns.samlp, 'RequestedAuthnContext')),
    hasSubject: findChild(root, ns.saml, 'Subject') !== undefined,
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
