import type { Username } from './identifiers.ts';

/** What a directory knows about one person. Attribute ids are the dictionary's (`displayName`, `affiliation` …). */
export type Person = {
  readonly username: Username;
  /** The name of the directory that knows this person. */
  readonly directory: string;
  /** Changes whenever the password does; tells nothing about it. Undefined where the directory can't tell. */
  readonly passwordVersion: string | undefined;
  /** Whether this person may sign in at present. */
  readonly isDisabled: boolean;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};
