import type { Username } from './identifiers.ts';

/** Why an account lets nobody in, with the right password too. Times are milliseconds. */
export type AccountClosure =
  /** Switched off by staff. */
  | { readonly reason: 'disabled' }
  /** Its time is over: a guest's, or that of a contract. */
  | { readonly reason: 'expired'; readonly at?: number | undefined }
  /** The person has graduated, retired or gone. */
  | { readonly reason: 'left'; readonly at?: number | undefined }
  /** Made already, and opened on a day to come. */
  | { readonly reason: 'not-yet-open'; readonly opensAt?: number | undefined }
  /** The directory looks at no password of it for now, after too many wrong ones. Sessions that live go on: strangers can bring this about. */
  | { readonly reason: 'locked'; readonly until?: number | undefined };

/** What a directory says of a password beside whether it is right. Times are milliseconds. */
export type PasswordState =
  /** It was given out or reset by staff, and is good for choosing another one only. */
  | { readonly kind: 'must-change' }
  /** `isFinal`: no login of its person takes it any more, so that only staff can put another in its place. */
  | { readonly kind: 'expired'; readonly isFinal?: true | undefined }
  /** Soon enough that the person ought to know. */
  | { readonly kind: 'expires'; readonly at: number };

/** How an account stands; empty: it is open, and nothing is to be said about its password. */
export type AccountState = {
  readonly closed?: AccountClosure | undefined;
  readonly password?: PasswordState | undefined;
};

/** What a directory knows about one person. Attribute ids are the dictionary's (`displayName`, `affiliation` …). */
export type Person = {
  readonly username: Username;
  /** The name of the directory that knows this person. */
  readonly directory: string;
  /** Changes whenever the password does; tells nothing about it. Undefined where the directory can't tell. */
  readonly passwordVersion: string | undefined;
  readonly account: AccountState;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Sources beside the directory that were away, and whose attributes may be missing meanwhile. */
  readonly sourcesAway?: readonly string[] | undefined;
  /** Known to have left as one of the alumni: what directories and sources still tell of an affiliation is over. */
  readonly leftAs?: 'alumni' | undefined;
};

/** Whether sessions that began before end with it: all closures but a lock, which strangers can bring about. */
export function endsSessions(closure: AccountClosure | undefined): boolean {
  return closure !== undefined && closure.reason !== 'locked';
}
