import type { LocalisedOptional } from '@gakumon/terms';
import type { Endpoint, EntityDescription } from './entityDescription.ts';

/** An md:AssertionConsumerService with a binding that Gakumon answers by (HTTP-POST). */
export type AssertionConsumerService = {
  /** Of two with one index, the first is meant by it. */
  readonly index: number;
  /** An absolute http or https URL, character by character as the metadata has it. */
  readonly location: string;
  /** Exactly one of an entity's is, by the rule of SAML Metadata 2.2.3. */
  readonly isDefault: boolean;
};

/** An md:AssertionConsumerService with another binding: never a place for an answer by HTTP-POST. */
export type OtherAssertionConsumerService = Endpoint & {
  readonly index: number | undefined;
  /** As it is marked. */
  readonly isDefault: boolean;
};

/** An md:RequestedAttribute (SAML Metadata 2.4.4.2). */
export type RequestedAttribute = {
  readonly name: string;
  readonly nameFormat: string | undefined;
  readonly friendlyName: string | undefined;
  readonly isRequired: boolean;
  /** The only values that are wanted; empty: every one. */
  readonly values: readonly string[];
};

/** An md:AttributeConsumingService (SAML Metadata 2.4.4.1). */
export type AttributeConsumingService = {
  readonly index: number;
  /** Exactly one of an entity's is, if it has any. */
  readonly isDefault: boolean;
  readonly names: LocalisedOptional;
  readonly descriptions: LocalisedOptional;
  readonly requested: readonly RequestedAttribute[];
};

/** What an SP says it wants an attribute for: GakuNin's RequestedAttributeExtension (GAKUNIN.md 1.3). */
export type AttributePurpose = {
  /** FriendlyName of the md:RequestedAttribute that it is about; no two have the same. */
  readonly friendlyName: string;
  readonly purposes: LocalisedOptional;
};

/** An idpdisc:DiscoveryResponse (Identity Provider Discovery Service Protocol 2.5): where a discovery service may send people. */
export type DiscoveryResponse = { readonly index: number; readonly location: string; readonly isDefault: boolean };

/** What an SP asks for by the entity attribute subject-id:req (SAML V2.0 Subject Identifier Attributes Profile 2.5). */
export type SubjectIdRequirement = 'subject-id' | 'pairwise-id' | 'any' | 'none';

/** One service provider, as verified metadata tells it. Everything here was validated; nothing re-checks it. */
export type ServiceProvider = EntityDescription & {
  /** The first of `requestInitiators`. */
  readonly requestInitiator: string | undefined;
  /** init:RequestInitiator, where a login can be started; http(s) only. */
  readonly requestInitiators: readonly string[];
  readonly discoveryResponses: readonly DiscoveryResponse[];
  /** Those for HTTP-POST, at least one: the only places that an answer goes to. */
  readonly assertionConsumerServices: readonly AssertionConsumerService[];
  readonly otherAssertionConsumerServices: readonly OtherAssertionConsumerService[];
  readonly authnRequestsSigned: boolean;
  readonly wantAssertionsSigned: boolean;
  readonly attributeConsumingServices: readonly AttributeConsumingService[];
  readonly attributePurposes: readonly AttributePurpose[];
  readonly subjectIdRequirement: SubjectIdRequirement | undefined;
};
