import { type DirectoryConfig, type Environment, readSecret } from '@gakumon/config';
import type { LdapSettings } from '@gakumon/directory';
import { readAuthorities } from '../stores/storeLocations.ts';

/** A directory that is on LDAP servers. */
export type LdapDirectoryConfig = Extract<DirectoryConfig, { kind: 'ldap' }>;

const ifMissing = 'put the password of the one who searches there; directory[].ldap.bind in the configuration says who';

/**
 * How an LDAP directory is asked, its password and certificates read.
 * @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function readLdapSettings(
  { name, ldap }: Pick<LdapDirectoryConfig, 'name' | 'ldap'>,
  env: Environment,
): Promise<LdapSettings> {
  const { bind, ca, lockout, ...rest } = ldap;
  return {
    ...rest,
    name,
    bind: bind && { dn: bind.dn, password: await readSecret(bind.password, env, ifMissing) },
    ca: ca === undefined ? undefined : await readAuthorities(ca),
    lockout: lockout === 'none' ? undefined : lockout,
  };
}
