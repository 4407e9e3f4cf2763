import type { LdapDialect } from '@gakumon/directory';

/** What is meant where nothing is said, by what kind of server it is. */
export const ldapDefaults = {
  openldap: {
    filter: '(uid={username})',
    usernameAttribute: 'uid',
    passwordVersion: ['pwdChangedTime'],
  },
  activeDirectory: {
    // Computers and contacts are objects of the same class or name
    filter: '(&(objectCategory=person)(objectClass=user)(sAMAccountName={username}))',
    usernameAttribute: 'sAMAccountName',
    passwordVersion: ['pwdLastSet'],
  },
} as const satisfies Record<LdapDialect, unknown>;

/** How groups are looked for: those that name the person, and by AD's rule those that such groups are in. */
export const groupFilters = {
  search: '(member={dn})',
  nested: '(member:1.2.840.113556.1.4.1941:={dn})',
} as const;
