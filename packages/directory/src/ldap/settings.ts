import type { Localised } from '@gakumon/terms';
import type { Lockout, PasswordPlace } from '../ports.ts';

/** How an LDAP directory is asked; plain data, its secrets read. Durations are milliseconds. */
export type LdapSettings = {
  /** The directory's name in gakumon.yaml. */
  readonly name: string;
  /** `ldap://` or `ldaps://` with host and port, in the order in which they are tried. */
  readonly servers: readonly string[];
  /** Goes over to TLS on an `ldap://` connection (RFC 4511, section 4.14) before anything else is said. */
  readonly startTls: boolean;
  /** PEM of the certificates that the server's is believed by; undefined: the machine's own roots. */
  readonly ca: string | undefined;
  readonly dialect: LdapDialect;
  /** Who searches; undefined: nobody in particular (anonymous). */
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly people: LdapPeople & {
    /**
     * The DN of an entry that is bound to for names that nobody has, so that the server hashes as much for them as for people;
     * no password is right for it. Undefined: a DN that is not there.
     */
    readonly nobody?: string | undefined;
  };
  /** The attribute that holds the login name, such as `uid`, `sAMAccountName`. */
  readonly usernameAttribute: string;
  /**
   * What is read of an entry: the name that it gets here, by the attribute and its options there (`displayName;lang-ja`). What
   * is not named comes under its own name; `only` reads nothing else.
   */
  readonly attributes: { readonly only: boolean; readonly names: Readonly<Record<string, string>> };
  /** Attributes whose values are octets, by their names there; they come as base64. */
  readonly binary: readonly string[];
  readonly groups: LdapGroups | undefined;
  readonly account: LdapAccountSettings;
  /** Attributes that change with the password, such as `pwdChangedTime`; the first that an entry has. */
  readonly passwordVersion: readonly string[];
  readonly passwords: {
    /** `self`: the person's own bind sets it; `service`: the one who searches does; `none`: not here. */
    readonly change: 'self' | 'service' | 'none';
    readonly place: PasswordPlace;
    /** What the server asks of a new password, in words: no server tells. */
    readonly rules?: Localised | undefined;
    /** How long before its end a password is spoken of, where the directory itself tells only the end. */
    readonly warning: number;
  };
  readonly lockout: Lockout | undefined;
  readonly timeouts: { readonly connect: number; readonly operation: number };
  /** Connections of the one who searches, at most. */
  readonly pool: number;
};

/** How a login name leads to an entry. */
export type LdapPeople =
  | { readonly by: 'search'; readonly base: string; readonly filter: string; readonly scope: 'one' | 'sub' }
  /** `{username}` stands for the login name. */
  | { readonly by: 'template'; readonly dn: string };

export type LdapDialect = 'openldap' | 'activeDirectory';

export type LdapGroups = {
  /** `memberOf`: the entry names them; `search`: groups name the entry; `nested`: AD's rule 1.2.840.113556.1.4.1941, through groups in groups. */
  readonly by: 'memberOf' | 'search' | 'nested';
  /** Where groups are looked for; unused by `memberOf`. */
  readonly base: string | undefined;
  /** `{dn}` and `{username}` stand for the person; unused by `memberOf`. */
  readonly filter: string | undefined;
  /** What a group is called here: the first value of its RDN (`cn`), or the whole DN. */
  readonly name: 'cn' | 'dn';
};

/** Where an entry tells how the account stands, besides what its dialect has for it. */
export type LdapAccountSettings = {
  /** Generalized time or a date: the account opens then. */
  readonly opens: string | undefined;
  /** The same: it closes then. */
  readonly expires: string | undefined;
  /** The account is closed where the attribute has one of the values, without regard to case. */
  readonly disabled: { readonly attribute: string; readonly values: readonly string[] } | undefined;
  readonly left: { readonly attribute: string; readonly values: readonly string[] } | undefined;
};
