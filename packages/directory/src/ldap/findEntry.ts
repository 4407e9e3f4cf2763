import type { Username } from '@gakumon/terms';
import { normaliseUsername } from '../username.ts';
import { accountAttributes } from './account/readAccountState.ts';
import { firstRdn, readRdn } from './distinguishedName.ts';
import { fillDn, fillFilter } from './filterTemplate.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import type { LdapEntry } from './types.ts';

/** The one entry of a person, and the login name that it is known by, however it was asked for. */
export type FoundEntry = { readonly entry: LdapEntry; readonly username: Username };

type Ground = { readonly settings: LdapSettings; readonly servers: Pick<LdapServers, 'search'> };

/**
 * Finds the entry of a login name. Where a filter asks by several attributes, an entry whose login name it is comes first:
 * otherwise people could shut others out by writing their names into a field of their own. Two entries are none: nobody
 * knows whose password would be checked.
 * @throws GakumonError `directory-unavailable`, `busy`
 */
export async function findEntry(ground: Ground, asked: Username): Promise<FoundEntry | undefined> {
  const found = await searchFor(ground, asked);
  const own = found.filter(({ username }) => username === asked);
  if (own.length > 0) return own.length === 1 ? own[0] : undefined;
  const [other] = found;
  if (other === undefined || found.length > 1) return undefined;
  // By another attribute: the account is the one that its own login name leads to
  const again = (await searchFor(ground, other.username)).filter(({ username }) => username === other.username);
  return again.length === 1 && again[0]?.entry.dn === other.entry.dn ? again[0] : undefined;
}

/** More of them than one say nothing that two do not. */
const limit = 10;

async function searchFor({ settings, servers }: Ground, username: Username): Promise<FoundEntry[]> {
  const attributes = wantedAttributes(settings);
  const entries = await servers.search({ ...placeOf(settings, username), attributes, limit });
  return entries.flatMap((entry) => {
    const known = loginNameOf(entry, settings.usernameAttribute);
    return known === undefined ? [] : [{ entry, username: known }];
  });
}

function placeOf({ people }: LdapSettings, username: Username) {
  if (people.by === 'search') {
    return { base: people.base, scope: people.scope, filter: fillFilter(people.filter, { username }) };
  }
  return { base: fillDn(people.dn, username), scope: 'base', filter: '(objectClass=*)' } as const;
}

/** What is read of a person: `*` brings nothing that the server keeps for itself, and options only of what it brings. */
function wantedAttributes(settings: LdapSettings): readonly string[] {
  const { attributes, usernameAttribute, groups } = settings;
  const named = Object.values(attributes.names);
  const memberOf = groups?.by === 'memberOf' ? ['memberOf'] : [];
  const all = attributes.only ? [] : ['*'];
  return [...new Set([...all, usernameAttribute, ...named, ...memberOf, ...accountAttributes(settings)])];
}

/**
 * The login name that an entry is known by: the one that its DN is made of, or else the first in order. An entry with
 * several has one account all the same.
 */
export function loginNameOf(entry: LdapEntry, usernameAttribute: string): Username | undefined {
  const values = entry.values.get(usernameAttribute.toLowerCase()) ?? [];
  const names = values.flatMap((value) => normaliseUsername(value).username ?? []);
  if (names.length < 2) return names[0];
  const rdn = readRdn(firstRdn(entry.dn));
  const naming = rdn?.type.toLowerCase() === usernameAttribute.toLowerCase() ? normaliseUsername(rdn.value) : undefined;
  const own = names.find((name) => name === naming?.username);
  return own ?? names.toSorted()[0];
}
