import type { MetadataFilter } from '../trust/filter.ts';

/** A pinned signer's certificate: a PEM file, looked at again at each reading, or its text. Paths are absolute. */
export type Signer = { readonly file: string } | { readonly pem: string };

/** Where a source's metadata is. Paths are absolute, addresses http or https. */
export type SourceOrigin =
  | { readonly kind: 'file'; readonly path: string }
  /** Its *.xml files, in the order of their names. */
  | { readonly kind: 'directory'; readonly path: string }
  /** One document at an address. */
  | { readonly kind: 'url'; readonly url: string }
  /** An entity at a time, by the Metadata Query Protocol; the address is the base in front of `/entities/…`. */
  | { readonly kind: 'mdq'; readonly url: string };

/** What a source may say about its entities beyond who and where they are. */
export type Assertable = 'categories' | 'scopes';

/** How a document of a source is judged. Two settings that read alike accept alike. */
export type SourceTrust = {
  readonly signers: readonly Signer[];
  /** Believe it without a signature; never together with signers. */
  readonly unsigned: boolean;
  /** Whether it may be signed with RSA and SHA-1. */
  readonly allowSha1: boolean;
  /** How far validUntil may lie ahead, milliseconds; undefined: any distance. */
  readonly maxValidity: number | undefined;
  readonly filter: MetadataFilter;
  /** Entity categories (with subject-id:req and registrationAuthority) and scopes that are not listed are not believed. */
  readonly mayAssert: readonly Assertable[];
};

/** When a new document of a source is held back until an operator has looked at it. */
export type Guard = {
  /** The share of entities that may go from one document to the next, 0 to 1; 1 turns that part off. */
  readonly mostLost: number;
};

/** A source of metadata, as an operator defines it in the configuration or by `metadata load`. */
export type MetadataSource = SourceTrust & {
  readonly name: string;
  readonly origin: SourceOrigin;
  /** How often a url is asked, milliseconds, unless its cacheDuration or validUntil wants it more often. */
  readonly refresh: number;
  readonly guard: Guard;
};
