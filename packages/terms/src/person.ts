import type { Username } from './identifiers.ts';

/** What a directory knows about one person. Attribute ids are the dictionary's (`displayName`, `affiliation` …). */
export type Person = {
  readonly username: Username;
  /** The name of the directory that knows this person. */
  readonly directory: string;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};
