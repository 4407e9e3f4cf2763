import type { Username } from '@gakumon/terms';
import { normaliseUsername } from '../username.ts';
import { accountAttributes } from './account/readAccountState.ts';
import { firstRdn, isSameDn, readRdn } from './distinguishedName.ts';
import { fillDn, fillFilter } from './filterTemplate.ts';
import type { LdapQuery, LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import type { LdapEntry } from './types.ts';

/** The one entry of a person, and the login name that it is known by, however it was asked for. */
export type FoundEntry = { readonly entry: LdapEntry; readonly username: Username };

type Ground = { readonly settings: LdapSettings; readonly servers: Pick<LdapServers, 'search'> };

/**
 * Finds the entry of a login name. It is asked for by its own attribute, apart from the others that a filter may name, and an
 * entry whose login name it is comes first: otherwise people could shut others out by writing their names into a field of
 * their own. Two entries are none: nobody knows whose password would be checked. A name that nobody has costs as much.
 * @throws GakumonError `directory-unavailable`, `busy`
 */
export async function findEntry(ground: Ground, asked: Username): Promise<FoundEntry | undefined> {
  const [named, aliased] = await Promise.all([searchNamed(ground, asked), searchAliased(ground, asked)]);
  const own = named.filter(({ username }) => username === asked);
  if (own.length > 0) return own.length === 1 ? own[0] : undefined;
  const others = aliased ?? named;
  const [other] = others;
  if (other === undefined || others.length > 1) return undefined;
  // By another name: the account is the one that its own login name leads to
  const again = (await searchNamed(ground, other.username)).filter(({ username }) => username === other.username);
  return again.length === 1 && again[0]?.entry.dn === other.entry.dn ? again[0] : undefined;
}

/** Those that have the name in the attribute of login names: all of them, or the search fails. */
async function searchNamed(ground: Ground, username: Username): Promise<FoundEntry[]> {
  const { people, usernameAttribute } = ground.settings;
  if (people.by === 'template') {
    return searchFor(ground, { base: fillDn(people.dn, username), scope: 'base', filter: '(objectClass=*)' });
  }
  const filter = `(&(${usernameAttribute}={username})${people.filter})`;
  return searchFor(ground, { ...people, filter: fillFilter(filter, { username }), limit: 0 });
}

/**
 * Those that the filter finds, where it asks by more than the login name.
 * @returns undefined: it does not
 */
async function searchAliased(ground: Ground, username: Username): Promise<FoundEntry[] | undefined> {
  const { people, usernameAttribute } = ground.settings;
  if (people.by === 'template') return undefined;
  const others = people.filter.toLowerCase().replaceAll(`(${usernameAttribute.toLowerCase()}={username})`, '');
  if (!others.includes('{username}')) return undefined;
  return searchFor(ground, { ...people, filter: fillFilter(people.filter, { username }), limit });
}

/** More of them than one say nothing that two do not. */
const limit = 10;

type Place = Pick<LdapQuery, 'base' | 'scope' | 'filter' | 'limit'>;

async function searchFor({ settings, servers }: Ground, { base, scope, filter, limit }: Place): Promise<FoundEntry[]> {
  const attributes = wantedAttributes(settings);
  const entries = await servers.search({ base, scope, filter, attributes, limit });
  return entries.flatMap((entry) => {
    const username = loginNameOf(entry, settings.usernameAttribute);
    return username === undefined || isNobody(settings, entry.dn) ? [] : [{ entry, username }];
  });
}

/** The entry that stands in for names that nobody has is no person. */
export const isNobody = ({ people: { nobody } }: LdapSettings, dn: string): boolean =>
  nobody !== undefined && isSameDn(dn, nobody);

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
