import type { Clock } from '@gakumon/terms';
import { firstValueOf } from './account/entryValues.ts';
import { createLdapServers } from './ldapServers.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import type { LdapEntry } from './types.ts';

/** A lock-out that a directory's own policy says. */
export type FoundLockout = {
  /** The entry of the policy. */
  readonly dn: string;
  readonly attempts: number;
  /** Milliseconds after which a wrong password is forgotten; undefined: only a right one has them forgotten. */
  readonly window: number | undefined;
};

/**
 * Looks for password policies that lock accounts, as far as the one who searches may see them: those of slapd's ppolicy, or the one of
 * the domain in AD. That there is none to be seen does not say that there is none.
 * @throws GakumonError `directory-unavailable`
 */
export async function findLockouts(
  settings: LdapSettings,
  { clock }: { readonly clock: Clock },
): Promise<readonly FoundLockout[]> {
  const servers = createLdapServers(settings, { clock });
  try {
    const contexts = await namingContexts(servers);
    const found = await Promise.all(contexts.map((base) => readers[settings.dialect](servers, base)));
    return found.flat();
  } finally {
    await servers.close();
  }
}

async function namingContexts(servers: LdapServers): Promise<readonly string[]> {
  const attributes = ['namingContexts', 'defaultNamingContext'];
  const [root] = await servers.search({ base: '', scope: 'base', filter: '(objectClass=*)', attributes });
  const main = root === undefined ? undefined : firstValueOf(root, 'defaultNamingContext');
  return main === undefined ? (root?.values.get('namingcontexts') ?? []).slice(0, 10) : [main];
}

const readers = { openldap: readPolicies, activeDirectory: readDomain } as const;

async function readPolicies(servers: LdapServers, base: string): Promise<readonly FoundLockout[]> {
  const attributes = ['pwdMaxFailure', 'pwdLockout', 'pwdFailureCountInterval'];
  const filter = '(&(objectClass=pwdPolicy)(pwdLockout=TRUE))';
  const entries = await servers.search({ base, scope: 'sub', filter, attributes }).catch(() => []);
  return entries.flatMap((entry) => {
    const attempts = numberOf(entry, 'pwdMaxFailure');
    const interval = numberOf(entry, 'pwdFailureCountInterval');
    return attempts > 0 ? [{ dn: entry.dn, attempts, window: interval > 0 ? interval * 1000 : undefined }] : [];
  });
}

/** `lockoutObservationWindow` is negative, in steps of 100 nanoseconds. */
async function readDomain(servers: LdapServers, base: string): Promise<readonly FoundLockout[]> {
  const attributes = ['lockoutThreshold', 'lockoutObservationWindow'];
  const filter = '(objectClass=*)';
  const [domain] = await servers.search({ base, scope: 'base', filter, attributes }).catch(() => []);
  const attempts = domain === undefined ? 0 : numberOf(domain, 'lockoutThreshold');
  if (domain === undefined || attempts <= 0) return [];
  return [{ dn: domain.dn, attempts, window: Math.abs(numberOf(domain, 'lockoutObservationWindow')) / 10_000 }];
}

function numberOf(entry: LdapEntry, name: string): number {
  const value = Number(firstValueOf(entry, name) ?? 0);
  return Number.isSafeInteger(value) ? value : 0;
}
