import type { Person, Username } from '@gakumon/terms';

/** What a directory says to a user name and a password. It never says which of the two was wrong. */
export type PasswordVerdict = { readonly kind: 'accepted'; readonly person: Person } | { readonly kind: 'rejected' };

/** Somewhere people are known: a file now, LDAP later. */
export interface Directory {
  readonly name: string;
  /** Takes the same time whether or not the person exists. @param password as typed, in Unicode NFC */
  verifyPassword(username: Username, password: string): Promise<PasswordVerdict>;
  find(username: Username): Promise<Person | undefined>;
}
