import { GakumonError } from '@gakumon/terms';
import { firstRdn, isBelow, readRdn } from './distinguishedName.ts';
import { fillFilter } from './filterTemplate.ts';
import type { FoundEntry } from './findEntry.ts';
import type { LdapServers } from './servers.ts';
import type { LdapGroups, LdapSettings } from './settings.ts';

/** Nobody is in more of them; rules that name groups must not see only some. */
const limit = 2000;

/**
 * The names of the groups that a person is in.
 * @throws GakumonError `directory-unavailable`, also when there are more than anybody has
 */
export async function groupsOf(
  { settings, servers }: { readonly settings: LdapSettings; readonly servers: Pick<LdapServers, 'search'> },
  found: FoundEntry,
): Promise<readonly string[]> {
  const { groups } = settings;
  if (groups === undefined) return [];
  const dns = groups.by === 'memberOf' ? memberOf(found, groups) : await searchGroups(servers, groups, found);
  if (dns.length > limit) {
    throw new GakumonError('directory-unavailable', { detail: `${found.entry.dn} is in more than ${limit} groups` });
  }
  return [...new Set(dns.map((dn) => nameOf(dn, groups)))];
}

/** A base, where there is one, keeps out the groups of other places, which may have been given the same names. */
function memberOf({ entry }: FoundEntry, { base }: LdapGroups): readonly string[] {
  const dns = entry.values.get('memberof') ?? [];
  return base === undefined ? dns : dns.filter((dn) => isBelow(dn, base));
}

async function searchGroups(
  servers: Pick<LdapServers, 'search'>,
  { base = '', filter = '' }: LdapGroups,
  { entry, username }: FoundEntry,
): Promise<readonly string[]> {
  const filled = fillFilter(filter, { username, dn: entry.dn });
  const found = await servers.search({ base, scope: 'sub', filter: filled, attributes: ['1.1'], limit: 0 });
  return found.map(({ dn }) => dn);
}

function nameOf(dn: string, { name }: LdapGroups): string {
  return name === 'dn' ? dn : (readRdn(firstRdn(dn))?.value ?? dn);
}
