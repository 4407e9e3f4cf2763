import type { AccountState, Person } from '@gakumon/terms';
import { passwordVersionOf } from './account/passwordVersion.ts';
import { accountAttributes } from './account/readAccountState.ts';
import type { FoundEntry } from './findEntry.ts';
import type { LdapSettings } from './settings.ts';
import type { LdapEntry } from './types.ts';

/** What an entry tells of a person. */
export function toPerson(
  { entry, username }: FoundEntry,
  settings: LdapSettings,
  { account, groups }: { readonly account: AccountState; readonly groups: readonly string[] },
): Person {
  return {
    username,
    directory: settings.name,
    passwordVersion: passwordVersionOf(entry, settings),
    account,
    groups,
    attributes: readAttributes(entry, settings),
  };
}

function readAttributes(entry: LdapEntry, settings: LdapSettings): Person['attributes'] {
  const { only, names } = settings.attributes;
  const named = Object.entries(names).map(([id, name]) => [id, name.toLowerCase()] as const);
  const renamed = named.flatMap(([id, name]) => pair(id, entry.values.get(name)));
  if (only) return Object.fromEntries(renamed);
  const spoken = new Set([...named.map(([, name]) => name), ...accountAttributes(settings).map(lower), ...ofTheServer]);
  const others = [...entry.values].flatMap(([name, values]) =>
    spoken.has(name) || secrets.test(name) ? [] : pair(entry.spellings?.get(name) ?? name, values),
  );
  return Object.fromEntries([...others, ...renamed]);
}

const pair = (id: string, values: readonly string[] | undefined): [string, readonly string[]][] =>
  values === undefined ? [] : [[id, values]];

const lower = (name: string): string => name.toLowerCase();
const ofTheServer = ['objectclass', 'memberof'];

/** Passwords, their hashes and keys, in the schemas of OpenLDAP, AD, Samba and Kerberos: whoever searches may see too much. */
const secrets = /pass(?:wor|w)?d|pwd|passcode|secret|krb.*key|admpwd|otp|privatekey/i;
