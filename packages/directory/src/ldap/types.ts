/** An entry as it was read: values by the names of the attributes in lower case, options included; binary ones in base64. */
export type LdapEntry = {
  readonly dn: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** How the server writes the names that have capital letters, by the names in lower case. */
  readonly spellings?: ReadonlyMap<string, string> | undefined;
  /** Names, in lower case, of attributes that have a value which should be text and is not: it was left out. */
  readonly unreadable?: ReadonlySet<string> | undefined;
};

/** What the password policy control of a response says (draft-behera-ldap-password-policy-10, section 6.2). */
export type PasswordPolicyAnswer = {
  readonly error: number | undefined;
  /** Seconds until the password expires. */
  readonly timeBeforeExpiration: number | undefined;
  readonly graceAuthNsRemaining: number | undefined;
};

/** What a server said to a bind or to a change: the result code of RFC 4511, its text, and what came beside it. */
export type LdapOutcome = {
  readonly code: number;
  /** AD puts its sub-code here: `80090308: LdapErr: DSID-…, comment: …, data 773, v4563`. */
  readonly message: string;
  readonly policy: PasswordPolicyAnswer | undefined;
};
