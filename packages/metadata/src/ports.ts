/** Metadata that an operator loaded by hand, kept in records so that every node sees it. */
export type LoadedMetadata = {
  /** The source's name; loading the same name replaces. */
  readonly name: string;
  readonly xml: Uint8Array;
  /** When it was loaded, milliseconds. */
  readonly loadedAt: number;
};

/** Where hand-loaded metadata lives. Every change raises the generation by one, in the same transaction. */
export interface MetadataRecords {
  list(): Promise<readonly LoadedMetadata[]>;
  save(metadata: LoadedMetadata): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
  /** A number that grows with each change; servers poll it every second. */
  generation(): Promise<number>;
}
