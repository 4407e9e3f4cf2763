import type { LdapSettings } from './settings.ts';

/** Where everybody is found who has a login name. */
export function everybody({ people, usernameAttribute }: Pick<LdapSettings, 'people' | 'usernameAttribute'>) {
  return people.by === 'search'
    ? { base: people.base, scope: people.scope, filter: people.filter.replaceAll('={username}', '=*') }
    : { base: people.dn.replace(/^(?:[^\\,]|\\.)*,/, ''), scope: 'sub' as const, filter: `(${usernameAttribute}=*)` };
}
