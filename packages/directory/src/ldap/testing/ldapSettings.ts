import { slapdBase, slapdService } from '@gakumon/testkit';
import type { LdapSettings } from '../settings.ts';

/** Settings for the tree of the testkit's slapd. */
export function ldapSettings(servers: readonly string[], changes: Partial<LdapSettings> = {}): LdapSettings {
  return {
    name: 'students',
    servers,
    startTls: false,
    ca: undefined,
    dialect: 'openldap',
    bind: slapdService,
    people: { by: 'search', base: `ou=people,${slapdBase}`, filter: '(uid={username})', scope: 'sub' },
    usernameAttribute: 'uid',
    attributes: { only: false, names: {} },
    binary: [],
    groups: undefined,
    account: { opens: undefined, expires: undefined, disabled: undefined, left: undefined },
    passwordVersion: ['pwdChangedTime'],
    passwords: { change: 'self', place: { at: 'here' }, warning: 0 },
    lockout: undefined,
    timeouts: { connect: 2000, operation: 2000 },
    pool: 4,
    ...changes,
  };
}
