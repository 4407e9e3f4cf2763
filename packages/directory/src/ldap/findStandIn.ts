import type { Clock } from '@gakumon/terms';
import { accountAttributes, readAccountState } from './account/readAccountState.ts';
import { createLdapServers } from './ldapServers.ts';
import type { LdapSettings } from './settings.ts';

/**
 * How the entry stands that is bound to for names that nobody has (`people.nobody`), as far as the one who searches may see it.
 * @returns undefined: none is named
 * @throws GakumonError `directory-unavailable`
 */
export async function findStandIn(
  settings: LdapSettings,
  { clock }: { readonly clock: Clock },
): Promise<'ready' | 'unseen' | 'closed' | undefined> {
  const { nobody } = settings.people;
  if (nobody === undefined) return undefined;
  const servers = createLdapServers(settings, { clock });
  try {
    const attributes = accountAttributes(settings);
    const query = { base: nobody, scope: 'base', filter: '(objectClass=*)', attributes } as const;
    const [entry] = await servers.search(query);
    if (entry === undefined) return 'unseen';
    return readAccountState(entry, settings, clock()).closed === undefined ? 'ready' : 'closed';
  } finally {
    await servers.close();
  }
}
