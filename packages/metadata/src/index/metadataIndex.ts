import type { XmlAttribute, XmlDeclaration } from '@gakumon/saml';
import type { EntityId, LocalisedOptional } from '@gakumon/terms';
import type { Inherited } from '../reading/entities.ts';

/** What a cut entity needs from the elements around it; many entities share one. */
export type EntityContext = {
  /** The declarations that the ancestors had rendered in the canonical form. */
  readonly declarations: readonly XmlDeclaration[];
  /** xml:lang and its like. */
  readonly xmlAttributes: readonly XmlAttribute[];
  /** What the groups say for all their members. */
  readonly inherited: Inherited;
};

/** One md:EntityDescriptor, as the index tells it without reading it. */
export type IndexedEntity = {
  readonly entityId: EntityId;
  /** Where its canonical octets are, and their SHA-256 (base64url): checked at each reading. */
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
  /** A place in `contexts`. */
  readonly context: number;
  /** It has an SP role of SAML 2.0 with an AssertionConsumerService for HTTP-POST. */
  readonly isServiceProvider: boolean;
  /** It has an IdP role of SAML 2.0. */
  readonly isIdentityProvider: boolean;
  /** mdui:DisplayName of its SP role; empty when there is none. */
  readonly names: LocalisedOptional;
  readonly categories: readonly string[];
  readonly registrationAuthority: string | undefined;
  /** The earliest of its own and of everything around it, milliseconds. */
  readonly validUntil: number | undefined;
};

/** What is known of a document as a whole, once it was accepted. */
export type DocumentFacts = {
  /** SHA-256 of the document as it came, lower-case hex. */
  readonly sha256: string;
  /** Octets of the document as it came. */
  readonly size: number;
  /** Of the root, milliseconds. */
  readonly validUntil: number | undefined;
  /** Of the root, milliseconds. */
  readonly cacheDuration: number | undefined;
  /** SHA-256 of the certificate of the pinned key that signed it, lower-case hex; undefined: it was believed unsigned. */
  readonly signer: string | undefined;
  readonly acceptedAt: number;
  /** Names the trust that accepted it (`trustStampOf`): under another one it has to be judged again. */
  readonly trust: string;
};

/** A document of a source, verified, cut and indexed. */
export type MetadataIndex = {
  readonly version: 1;
  readonly facts: DocumentFacts;
  readonly contexts: readonly EntityContext[];
  /** In document order, without those that the source's filter leaves out. */
  readonly entities: readonly IndexedEntity[];
  /** What is odd about the document: signers, entities that were passed over. */
  readonly warnings: readonly { readonly entityId: string | undefined; readonly message: string }[];
};
