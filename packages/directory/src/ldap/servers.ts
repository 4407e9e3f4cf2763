import type { VerifyOptions } from '../ports.ts';
import type { LdapEntry, LdapOutcome } from './types.ts';

/** What is looked for. Filters are written with `escapeFilterValue` (RFC 4515), DNs with `escapeDnValue` (RFC 4514). */
export type LdapQuery = {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: string;
  /** `*`: those of users; `+`: those that the server keeps. */
  readonly attributes: readonly string[];
  /**
   * More than so many entries are not read; left out: a few hundred. 0: all of them, and where the server gives only some the
   * search has failed.
   */
  readonly limit?: number | undefined;
};

/** One change of an entry; octets (AD's unicodePwd) or text. */
export type LdapChange = {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly (string | Uint8Array)[];
};

/** What can be done with a connection that is bound; refusals of the server are outcomes, not errors. */
export type BoundSession = {
  /** Sends the password policy control with it. */
  modify(dn: string, changes: readonly LdapChange[]): Promise<LdapOutcome>;
  /** The password modify operation of RFC 3062; without `current` the server does not check it. */
  passwordModify(dn: string, current: string | undefined, next: string): Promise<LdapOutcome>;
  /** As who is bound: what their access rules let them see. */
  search(query: LdapQuery): Promise<readonly LdapEntry[]>;
};

/**
 * The servers of one directory. All methods throw GakumonError `directory-unavailable` with the reason of each server
 * in `detail` when none could be asked, and `busy` when too many wait.
 */
export type LdapServers = {
  /**
   * By the one who searches. With scope `base`, an entry that is not there is no error; the base of a wider search must be
   * there: a server without it knows nothing about people, and must not say that there are none.
   */
  search(query: LdapQuery): Promise<readonly LdapEntry[]>;
  /** The same in pages, without a limit. */
  searchPaged(query: Omit<LdapQuery, 'limit'>): AsyncIterable<LdapEntry>;
  /**
   * Binds as a person on a connection of its own, which ends with this call. An empty password or DN is never sent: it
   * would succeed and prove nothing (RFC 4513, section 5.1.2); its outcome is 49. A server that says busy (51),
   * unavailable (52) or other (80) has not looked at the password: this throws.
   * @param who whose turn it is; see `VerifyOptions`
   * @param work done when the server said success (0), or said that the password is right and must be changed first and
   *   still took the bind
   */
  bindAs<T>(
    dn: string,
    password: string,
    work?: (session: BoundSession) => Promise<T>,
    who?: VerifyOptions,
  ): Promise<{ readonly outcome: LdapOutcome; readonly value: T | undefined }>;
  /** Writes by the one who searches: never tried a second time. */
  asService<T>(work: (session: BoundSession) => Promise<T>): Promise<T>;
  /** Asks every server. @throws GakumonError `directory-unavailable` with the trouble of each that has any */
  check(): Promise<void>;
  close(): Promise<void>;
};
