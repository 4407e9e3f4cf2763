/** Metadata that an operator loaded by hand, kept in records so that every node sees it. */
export type LoadedMetadata = {
  /** The source's name; loading the same name replaces. */
  readonly name: string;
  readonly xml: Uint8Array;
  /** When it was loaded, milliseconds. */
  readonly loadedAt: number;
};

/** What stands in the records under a name, unopened. */
export type MetadataEntry = {
  readonly name: string;
  /** Fresh with every write. */
  readonly revision: string;
};

/** Where hand-loaded metadata lives. Whoever can only write into the records can put nothing in that is believed. */
export interface MetadataRecords {
  /** In order of the names. */
  list(): Promise<readonly MetadataEntry[]>;
  /**
   * @returns undefined when there is none of that name
   * @throws GakumonError `secret-unopenable` for what nobody who has our keys wrote; `store-unavailable`
   */
  find(name: string): Promise<LoadedMetadata | undefined>;
  save(metadata: LoadedMetadata): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
  /** Differs from what it was when anything may read otherwise; servers poll it every second. */
  generation(): Promise<string>;
}
