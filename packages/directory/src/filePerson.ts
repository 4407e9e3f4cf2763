/** One entry of users.yaml, its shape already checked. What it holds is checked by `listFilePeopleMistakes`. */
export type FilePerson = {
  /** In the form that `normaliseUsername` gives. */
  readonly username: string;
  /** As `hashPassword` writes it. */
  readonly passwordHash: string;
  readonly groups: readonly string[];
  /** Base32; for demonstrations and tests. */
  readonly totpSecret: string | undefined;
  /** By attribute id of the dictionary, or `affiliation`; a single value of the file is a list of one here. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};
