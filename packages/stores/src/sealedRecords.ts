/** A value that is a secret at rest: whoever saves it has sealed it, under a key that is not in these records (law 8). */
export type SealedRecord = {
  /** What it is: `document`, `totp` … */
  readonly kind: string;
  /** Which one of its kind. */
  readonly name: string;
  /** The id of the sealing key that opens it: eight lower-case hex digits. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
  /** Fresh with every write. */
  readonly revision: string;
};

/** One without what is sealed, however large that is. */
export type SealedRow = Omit<SealedRecord, 'sealed'>;

/** Secrets at rest, in the records. Every change of a kind raises its generation by one, in the same transaction. */
export interface SealedRecords {
  find(kind: string, name: string): Promise<SealedRecord | undefined>;
  /** In order of their names. */
  list(kind: string): Promise<readonly SealedRecord[]>;
  /** The same without what is sealed, however large that is. */
  listRevisions(kind: string): Promise<readonly Pick<SealedRecord, 'name' | 'revision'>[]>;
  /**
   * Writes one, if nobody did in between.
   * @param seen the revision that the change was made from; undefined: there must be none yet
   * @returns whether it was written
   */
  replace(record: Omit<SealedRecord, 'revision'>, seen: string | undefined): Promise<boolean>;
  /** @returns whether there was one */
  remove(kind: string, name: string): Promise<boolean>;
  /** Of any kind, those under another key than this one; at most `limit`. */
  listUnderOtherKeys(keyId: string, limit: number): Promise<readonly SealedRow[]>;
  /** Grows with each change of the kind; servers poll it every second. */
  generation(kind: string): Promise<number>;
  /** The same of several kinds with one question, in their order. */
  generations(kinds: readonly string[]): Promise<readonly number[]>;
}
