import type { Person, Username } from '@gakumon/terms';

/** What a directory says to a user name and a password. It never says which of the two was wrong. */
export type PasswordVerdict = { readonly kind: 'accepted'; readonly person: Person } | { readonly kind: 'rejected' };

/** What a password check is told about the one who waits for it. */
export type VerifyOptions = {
  /** Checks of one key (a network) stand in one line, and the lines take turns; opaque. */
  readonly turn?: string | undefined;
  /** Aborted when nobody waits for the verdict any more. */
  readonly signal?: AbortSignal | undefined;
};

/** Somewhere people are known: a file now, LDAP later. */
export interface Directory {
  readonly name: string;
  /**
   * Takes the same time whether or not the person exists. Throwing says that nothing was checked: it is no verdict.
   * @param password as typed, in Unicode NFC
   * @throws GakumonError `busy` when it can't be checked now, or nobody waits for it any more
   */
  verifyPassword(username: Username, password: string, options?: VerifyOptions): Promise<PasswordVerdict>;
  /**
   * The person as known now. `passwordVersion` is the one that comes with an accepted password, until it is changed:
   * otherwise whoever logs in is asked again and again.
   */
  find(username: Username): Promise<Person | undefined>;
  /**
   * The TOTP secret that stands beside the person, Base32 without padding; it never is part of the `Person`, who goes
   * through pages and explanations. Directories that keep none leave it out.
   */
  totpSecretOf?(username: Username): Promise<string | undefined>;
}
