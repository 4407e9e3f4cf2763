import type { KeyObject } from 'node:crypto';
import type { EntityId, LocalisedOptional } from '@gakumon/terms';

/** An md:AssertionConsumerService with a binding that Gakumon answers by (HTTP-POST). */
export type AssertionConsumerService = {
  /** Of two with one index, the first is meant by it. */
  readonly index: number;
  /** An absolute http or https URL, character by character as the metadata has it. */
  readonly location: string;
  /** Exactly one of an entity's is, by the rule of SAML Metadata 2.2.3. */
  readonly isDefault: boolean;
};

/** A key out of an md:KeyDescriptor. The certificate is only its container: its dates are never asked (GAKUNIN.md 1.4). */
export type MetadataKey = {
  readonly key: KeyObject;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
  /** The certificate, base64 DER on one line. */
  readonly certificate: string;
};

/** A key to encrypt to, with the md:EncryptionMethod algorithms of its KeyDescriptor in document order. */
export type EncryptionKey = MetadataKey & { readonly methods: readonly string[] };

export type RequestedAttribute = {
  readonly name: string;
  readonly isRequired: boolean;
  readonly values: readonly string[];
};

export type AttributeConsumingService = {
  readonly index: number;
  /** Exactly one of an entity's is, if it has any. */
  readonly isDefault: boolean;
  readonly requested: readonly RequestedAttribute[];
};

/** What an SP asks for by the entity attribute subject-id:req (SAML V2.0 Subject Identifier Attributes Profile 2.5). */
export type SubjectIdRequirement = 'subject-id' | 'pairwise-id' | 'any' | 'none';

/** One service provider, as verified metadata tells it. Everything here was validated; nothing re-checks it. */
export type ServiceProvider = {
  readonly entityId: EntityId;
  /** The name of the metadata source that told. */
  readonly source: string;
  /** mdui:DisplayName, else md:ServiceName, else md:OrganizationDisplayName; by language. May be empty. */
  readonly names: LocalisedOptional;
  readonly descriptions: LocalisedOptional;
  readonly informationUrls: LocalisedOptional;
  readonly privacyStatementUrls: LocalisedOptional;
  /** init:RequestInitiator, where a login can be started; http(s) only. */
  readonly requestInitiator: string | undefined;
  readonly assertionConsumerServices: readonly AssertionConsumerService[];
  readonly signingKeys: readonly MetadataKey[];
  readonly encryptionKeys: readonly EncryptionKey[];
  /**
   * Why keys that the SP offers to be encrypted to are not among those: too weak, not RSA, unreadable. An SP that has
   * such ones only is not one without a key.
   */
  readonly unusableEncryptionKeys: readonly string[];
  readonly nameIdFormats: readonly string[];
  readonly authnRequestsSigned: boolean;
  readonly wantAssertionsSigned: boolean;
  readonly attributeConsumingServices: readonly AttributeConsumingService[];
  readonly categories: readonly string[];
  readonly subjectIdRequirement: SubjectIdRequirement | undefined;
  readonly registrationAuthority: string | undefined;
  /** The earliest validUntil of the entity and everything around it, in milliseconds; undefined when none stands there. */
  readonly validUntil: number | undefined;
};
