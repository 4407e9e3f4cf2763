/** How a source of attributes beside the directories is asked; plain data, its secrets read. Durations are milliseconds. */
export type SourceSettings = {
  readonly name: string;
  /** What of the person the source knows them by: `username`, or the name of an attribute of the directory; its first value. */
  readonly key: string;
  /** Only for the people of these directories; undefined: of all. */
  readonly directories: readonly string[] | undefined;
  /** What an attribute is called there, by the name that it gets here; nothing else is taken. Undefined: all, under their own names. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** `refuse`: nobody is answered for while it is away; `without`: its attributes are missing then. */
  readonly whenAway: 'refuse' | 'without';
  /** For the whole of a question, however many servers are tried. */
  readonly timeout: number;
  readonly kind: SourceKind;
};

export type SourceKind =
  /** `query` with one parameter (`$1`; for SQLite `?` as well), at databases in the order in which they are tried; each column is an attribute. */
  | { readonly by: 'sql'; readonly databases: readonly SqlDatabase[]; readonly query: string }
  /**
   * GET of the first URL that answers; `{key}` stands for the key, percent-encoded. Answers a JSON object of texts, numbers
   * and lists of them, at `path` inside it; 404 and an empty answer mean that nothing is known.
   */
  | {
      readonly by: 'http';
      readonly urls: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
      readonly path: readonly string[];
      /** PEM; undefined: the machine's own roots. */
      readonly ca: string | undefined;
    }
  /** A table with a first line of names, read again when it changes; several values of one cell are divided by `separator`. */
  | {
      readonly by: 'csv';
      readonly file: string;
      readonly keyColumn: string;
      readonly encoding: 'utf-8' | 'shift_jis';
      readonly separator: string | undefined;
    };

/** One database, open; `name` is what the operator knows it by, without a password. */
export type SqlDatabase = { readonly name: string } & SqlQuery;

/** Asks a database; made by whoever has its driver. */
export type SqlQuery = {
  /**
   * Runs one statement that only reads.
   * @param key its one parameter
   * @param within milliseconds
   * @returns rows of column by value, 1,000 at most
   * @throws GakumonError `store-unavailable`, also when there are more rows
   */
  readonly query: (text: string, key: string, within: number) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => Promise<void>;
};
