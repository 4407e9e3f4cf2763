import type { LdapSettings } from '../../settings.ts';
import type { LdapEntry } from '../../types.ts';

/** The moment that the tables of tests are written around. */
export const now = Date.parse('2026-04-08T09:00:00Z');
export const day = 86_400_000;

/** An entry as the connection reads it. */
export function entryOf(values: Readonly<Record<string, string | readonly string[]>>): LdapEntry {
  const pairs = Object.entries(values).map(
    ([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
  );
  return { dn: 'uid=s1234567,ou=people,dc=example,dc=ac,dc=jp', values: new Map(pairs) };
}

/** The settings of a directory with nothing special in it. */
export function settingsOf(changes: Partial<LdapSettings> = {}): LdapSettings {
  return {
    name: 'people',
    servers: ['ldaps://ldap.example.ac.jp:636'],
    startTls: false,
    ca: undefined,
    dialect: 'openldap',
    bind: undefined,
    people: { by: 'search', base: 'ou=people,dc=example,dc=ac,dc=jp', filter: '(uid={username})', scope: 'sub' },
    usernameAttribute: 'uid',
    attributes: { only: false, names: {} },
    binary: [],
    groups: undefined,
    account: { opens: undefined, expires: undefined, disabled: undefined, left: undefined },
    passwordVersion: ['pwdChangedTime', 'pwdLastSet'],
    passwords: { change: 'self', place: { at: 'here' }, warning: 14 * day },
    lockout: undefined,
    timeouts: { connect: 3000, operation: 5000 },
    pool: 4,
    ...changes,
  };
}
