import type { LdapSettings, Lockout } from '@gakumon/directory';
import type { Secret } from '../config.ts';

/** How an LDAP directory is asked, as gakumon.yaml says; see LdapSettings. */
export type LdapConfig = Omit<LdapSettings, 'name' | 'bind' | 'ca' | 'lockout'> & {
  readonly bind: { readonly dn: string; readonly password: Secret } | undefined;
  /** The absolute path of a PEM file; undefined: the machine's own roots. */
  readonly ca: string | undefined;
  /** `none`: it is known that the directory locks no account; undefined: nothing was said about it. */
  readonly lockout: Lockout | 'none' | undefined;
};
