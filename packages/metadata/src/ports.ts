import type { Assertable, MetadataSource } from './sources/source.ts';
import type { MetadataFilter } from './trust/filter.ts';

/** What stands in the records under a name, unopened. */
export type MetadataEntry = {
  readonly name: string;
  /** Fresh with every write. */
  readonly revision: string;
};

/** A document that was loaded by hand: the octets that were hashed when it was verified, kept in pieces. */
export type LoadedDocument = {
  readonly kind: 'document';
  /** Of the octets that are kept, lower-case hex. */
  readonly sha256: string;
  /** Octets. */
  readonly size: number;
  readonly pieces: number;
  /** How it counts; a row of an earlier release has `noFilter` and nothing else to say. */
  readonly filter: MetadataFilter;
  readonly mayAssert: readonly Assertable[];
};

/** What operators loaded under a name: a document, or the definition of a source. */
export type LoadedSource = {
  readonly name: string;
  /** Milliseconds. */
  readonly loadedAt: number;
  readonly content: LoadedDocument | { readonly kind: 'source'; readonly source: MetadataSource };
};

/** What is to be kept under a name. */
export type SavedContent =
  | {
      /** In chunks of any size, once. */
      readonly document: AsyncIterable<Uint8Array>;
      readonly filter: MetadataFilter;
      readonly mayAssert: readonly Assertable[];
    }
  | { readonly source: MetadataSource };

/**
 * Where sources live that operators loaded by hand. Whoever can only write into the records can put nothing in that is
 * believed. Every method throws GakumonError `store-unavailable`.
 */
export interface SourceRecords {
  /** In order of the names, unopened. */
  list(): Promise<readonly MetadataEntry[]>;
  /**
   * Without the octets of a document, however large that is.
   * @returns undefined when there is none of that name
   * @throws GakumonError `secret-unopenable` for what nobody who has our keys wrote
   */
  find(name: string): Promise<LoadedSource | undefined>;
  /**
   * The octets of a document, a bounded piece at a time. Whoever reads compares their SHA-256: when another document is
   * saved meanwhile it throws, or they end differently.
   * @throws GakumonError `secret-unopenable`
   */
  readDocument(name: string, document: LoadedDocument): AsyncIterable<Uint8Array>;
  /** The same name replaces, at once and whole; when it rejects nothing has changed. */
  save(name: string, loadedAt: number, content: SavedContent): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
  /** Differs from what it was when anything may read otherwise; servers poll it every second. */
  generation(): Promise<string>;
}

/** What an operator tells all nodes. */
export type MetadataOrder = {
  /** The name of a source. */
  readonly source: string;
  /** When it was given, milliseconds. */
  readonly at: number;
} & (
  | { readonly kind: 'refresh' }
  /** Take the document with this SHA-256 (lower-case hex, as it came) although the guard holds it back. */
  | { readonly kind: 'accept'; readonly sha256: string }
);

/** Orders reach every node within seconds; after a month they may be forgotten. */
export interface MetadataOrders {
  /** @throws GakumonError `store-unavailable` */
  give(order: MetadataOrder): Promise<void>;
  /**
   * Those given at this moment or later, the oldest first; what nobody who has our keys wrote is left out.
   * @throws GakumonError `store-unavailable`
   */
  list(since: number): Promise<readonly MetadataOrder[]>;
  /** As of SourceRecords. */
  generation(): Promise<string>;
}

/** When people last logged in to a service provider, milliseconds. */
export type ServiceProviderUse = { readonly entityId: string; readonly at: number };

/** Which service providers people use here. Kept for 90 days at least, one row for each. */
export interface ServiceProviderUses {
  /** The newest use of each counts. @throws GakumonError `store-unavailable` */
  note(uses: readonly ServiceProviderUse[]): Promise<void>;
  /** @throws GakumonError `store-unavailable` */
  listSince(at: number): Promise<readonly ServiceProviderUse[]>;
}
