/**
 * SAML 2.0 on the wire: XML, signatures, encryption, bindings, messages. Pure; no I/O.
 */
export { decodePost, type PostMessage } from './bindings/decodePost.ts';
export { decodeRedirect, type RedirectMessage, type RedirectSignature } from './bindings/decodeRedirect.ts';
export { type ContentCipher, contentCiphers } from './encryption/ciphers.ts';
export { decryptElement } from './encryption/decryptElement.ts';
export { type EncryptionRecipient, encryptElement, findRecipientKeyWeakness } from './encryption/encryptElement.ts';
export type { KeyTransport } from './encryption/keyTransport.ts';
export { type AssertionContents, buildAssertion, buildNameId, type NameId } from './messages/assertion.ts';
export { type AuthnRequest, type Comparison, parseAuthnRequest } from './messages/authnRequest.ts';
export { formatDateTime, parseDateTime } from './messages/dateTime.ts';
export {
  buildEncryptedAssertion,
  buildResponse,
  type ResponseContents,
  type Status,
  successStatus,
} from './messages/response.ts';
export { type SignatureAlgorithm, signatureAlgorithms } from './signature/algorithms.ts';
export {
  createEnvelopedVerifier,
  type EnvelopedVerifier,
  type VerifiedBy,
  type VerifiedSink,
  type VerifyOptions,
} from './signature/envelopedVerifier.ts';
export { type SigningKey, signOctets, verifyOctets } from './signature/octets.ts';
export { signEnveloped, signEnvelopedToOctets } from './signature/signEnveloped.ts';
export { hasEnvelopedSignature, type VerifiedXml, verifyEnveloped } from './signature/verifyEnveloped.ts';
export { verifyEnvelopedStream } from './signature/verifyStream.ts';
export { canonicaliseStream } from './xml/canonicaliseStream.ts';
export type { CanonicalPlace, CanonicalSink } from './xml/canonicalSink.ts';
export { trimXmlSpace } from './xml/characters.ts';
export { attributeOf, findChild, listChildren, listElements, textOf } from './xml/elements.ts';
export { aggregateXmlLimits, messageXmlLimits, type XmlLimits } from './xml/limits.ts';
export type * from './xml/nodes.ts';
export { element, type OutChild, type OutElement, type OutName, type RawXml, rawXml } from './xml/outElement.ts';
export { createTreeBuilder, parseXml } from './xml/parseXml.ts';
export { readXml, type XmlReader } from './xml/readXml.ts';
export { writeCanonical } from './xml/writer.ts';
