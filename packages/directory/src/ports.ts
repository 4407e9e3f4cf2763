import type { Localised, Person, Username } from '@gakumon/terms';

/** What a directory says to a user name and a password. It never says which of the two was wrong. */
export type PasswordVerdict =
  /** The password is right; `person.account` says what else there is to say, an account that is closed included. */
  | { readonly kind: 'accepted'; readonly person: Person }
  | { readonly kind: 'rejected' }
  /** The directory locked the account, and looks at no password now. */
  | { readonly kind: 'locked'; readonly until: number | undefined }
  /** Not tried: with one more wrong password the directory would lock the account (law 11). */
  | { readonly kind: 'held'; readonly until: number | undefined };

/** The verdicts that need no password: the directory looks at none now, or at no wrong one. */
export type PasswordHold = Extract<PasswordVerdict, { readonly kind: 'locked' | 'held' }>;

/** What a password check is told about the one who waits for it. */
export type VerifyOptions = {
  /** Checks of one key (a network) stand in one line, and the lines take turns; opaque. */
  readonly turn?: string | undefined;
  /** Aborted when nobody waits for the verdict any more. */
  readonly signal?: AbortSignal | undefined;
};

/** Why a directory does not take a new password. */
export type PasswordRefusal = 'too-short' | 'like-name' | 'too-weak' | 'used-before' | 'too-young' | 'not-allowed';

/** What became of a new password. */
export type PasswordChange =
  /** With the `passwordVersion` of now. */
  | { readonly kind: 'changed'; readonly person: Person }
  /** The present password was wrong. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'locked' | 'held'; readonly until: number | undefined }
  | { readonly kind: 'refused'; readonly refusal: PasswordRefusal };

/** Where people change their password: on our page, at another address, or at the desk only. */
export type PasswordPlace = { readonly at: 'here' | 'desk' } | { readonly at: 'elsewhere'; readonly url: string };

/**
 * What whoever asks knows of a password already, from one that was accepted: an answer from memory with another version
 * may be older than that, and is not given.
 */
export type KnownVersion = { readonly passwordVersion: string };

/** Somewhere people are known: a file, an LDAP server, the records of guests. */
export interface Directory {
  readonly name: string;
  /** Whether a login name may be one of this directory at all, so that another one's failure stops nobody; left out: any may. */
  mayKnow?(username: Username): boolean;
  /**
   * The login name of whom it means by a name. Nothing is asked but the directory itself, and nothing is answered from memory:
   * that takes the same time whether or not there is such a person. Left out: `find` is as good.
   * @throws GakumonError `directory-unavailable`, `busy`
   */
  lookUp?(username: Username): Promise<Username | undefined>;
  /**
   * Takes the same time whether or not the person exists. Throwing says that nothing was checked: it is no verdict.
   * @param password as typed, in Unicode NFC
   * @throws GakumonError `busy` when it can't be checked now, or nobody waits for it any more; `directory-unavailable`
   */
  verifyPassword(username: Username, password: string, options?: VerifyOptions): Promise<PasswordVerdict>;
  /**
   * The person as known now. `passwordVersion` is the one that comes with an accepted password, until it is changed:
   * otherwise whoever logs in is asked again and again.
   * @throws GakumonError `directory-unavailable`, `source-unavailable`: it is not known whether there is such a person
   */
  find(username: Username, known?: KnownVersion): Promise<Person | undefined>;
  /**
   * Whether a password would not even be tried now, for staff who want to know why; left out: the directory counts nothing.
   * @throws GakumonError `directory-unavailable`, `busy`
   */
  findHold?(username: Username): Promise<PasswordHold | undefined>;
  /**
   * The TOTP secret that stands beside the person, Base32 without padding; it never is part of the `Person`, who goes
   * through pages and explanations. Directories that keep none leave it out.
   */
  totpSecretOf?(username: Username): Promise<string | undefined>;
  /**
   * Puts a new password in the place of the present one, which is checked. Left out: never here.
   * @throws GakumonError `busy`, `directory-unavailable`
   */
  changePassword?(
    username: Username,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<PasswordChange>;
  /** Where the people of this directory change their password; left out: at the desk. */
  readonly passwordPlace?: PasswordPlace | undefined;
  /** What it asks of a new password, in words for who has to choose one; left out: it does not tell. */
  readonly passwordRules?: Localised | undefined;
  /**
   * How many wrong passwords in how long (milliseconds) make the directory lock an account: fewer are passed on to it.
   * Left out: it locks none.
   */
  readonly lockout?: Lockout | undefined;
  /**
   * Every login name, for those who look for doubles and trace identifiers; in no order.
   * @throws GakumonError `directory-unavailable`
   */
  listUsernames?(): AsyncIterable<Username>;
  /** @throws GakumonError `directory-unavailable` when it could not be asked now, with the reason of each server */
  check?(): Promise<void>;
  close?(): Promise<void>;
}

/** How many wrong passwords in how long (milliseconds) lock an account. */
export type Lockout = { readonly attempts: number; readonly window: number };

/** A guest of the university: somebody whom a member answers for, until a day. */
export type Guest = {
  /** In the form that `normaliseUsername` gives. */
  readonly username: Username;
  /** As `hashPassword` writes it. */
  readonly passwordHash: string;
  /** Whether the password was given out, and has to be replaced at the first login. */
  readonly mustChangePassword: boolean;
  /** Who answers for the guest: a login name. */
  readonly sponsor: Username;
  /** Milliseconds. */
  readonly createdAt: number;
  /** When the account closes, milliseconds. */
  readonly expiresAt: number;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
};

/** One guest as the records hold them. */
export type KeptGuest = { readonly guest: Guest; readonly revision: string };

/** The guests, in the records. */
export interface GuestRecords {
  find(username: Username): Promise<KeptGuest | undefined>;
  /** In order of their names. */
  list(): Promise<readonly Guest[]>;
  /**
   * Writes one, if nobody did in between.
   * @param seen the revision that the change was made from; undefined: there must be none yet
   * @returns whether it was written
   */
  replace(guest: Guest, seen: string | undefined): Promise<boolean>;
  remove(username: Username): Promise<boolean>;
}

/** Somewhere more is known about people whom a directory knows: a database, a service, a table. */
export interface AttributeSource {
  readonly name: string;
  /**
   * What it knows about one person; undefined: nothing. Asked with the value of the person that the source knows them by.
   * @throws GakumonError `source-unavailable`
   */
  find(key: string): Promise<Readonly<Record<string, readonly string[]>> | undefined>;
  /**
   * @returns what is amiss though it can be asked: one of its servers is away, a new table cannot be used
   * @throws GakumonError `source-unavailable`, with the reason of each server
   */
  check?(): Promise<readonly string[]>;
  close?(): Promise<void>;
}
