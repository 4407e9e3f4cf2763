import type { AccountState, PasswordState } from '@gakumon/terms';
import { sternerClosure } from '../../people/sternerClosure.ts';
import type { LdapDialect, LdapSettings } from '../settings.ts';
import type { LdapEntry } from '../types.ts';
import { readActiveDirectoryAccount } from './activeDirectoryAccount.ts';
import { readConfiguredClosure } from './configuredAccount.ts';
import { readOpenLdapAccount } from './openldapAccount.ts';

/**
 * How an account stands, from what its entry tells; nonsense in it never throws, and never opens an account that a good
 * value would have closed.
 * @param now milliseconds
 */
export function readAccountState(entry: LdapEntry, settings: LdapSettings, now: number): AccountState {
  const configured = readConfiguredClosure(entry, settings.account, now);
  const told = readers[settings.dialect](entry, settings, now);
  return configured === undefined ? told : { ...told, closed: sternerClosure(configured, told.closed) };
}

const readers = { openldap: readOpenLdapAccount, activeDirectory: readActiveDirectoryAccount } as const;

/** What an entry says and what the server said to the password, of one account; the sterner of the two where both speak. */
export function joinAccountStates(entry: AccountState, bind: AccountState): AccountState {
  const closed = sternerClosure(entry.closed, bind.closed);
  const password = moreUrgent(bind.password, entry.password);
  return { ...(closed === undefined ? {} : { closed }), ...(password === undefined ? {} : { password }) };
}

const mostUrgent = ['must-change', 'expired', 'expires'] as const;

function moreUrgent(one: PasswordState | undefined, other: PasswordState | undefined): PasswordState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return mostUrgent.indexOf(one.kind) <= mostUrgent.indexOf(other.kind) ? one : other;
}

const dialectAttributes: Readonly<Record<LdapDialect, readonly string[]>> = {
  openldap: ['pwdAccountLockedTime', 'pwdFailureTime', 'pwdReset', 'pwdStartTime', 'pwdEndTime'],
  activeDirectory: [
    'userAccountControl',
    'msDS-User-Account-Control-Computed',
    'accountExpires',
    'pwdLastSet',
    'msDS-UserPasswordExpiryTimeComputed',
    'lockoutTime',
    'badPwdCount',
    'badPasswordTime',
  ],
};

/**
 * What a search must ask for by name, so that the functions of this folder have what they read: `*` brings neither operational nor
 * computed attributes.
 */
export function accountAttributes({ dialect, account, passwordVersion }: LdapSettings): readonly string[] {
  const configured = [account.opens, account.expires, account.disabled?.attribute, account.left?.attribute];
  const named = [...dialectAttributes[dialect], ...configured, ...passwordVersion].filter((name) => name !== undefined);
  return [...new Map(named.map((name) => [name.toLowerCase(), name])).values()];
}
