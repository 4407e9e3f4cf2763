import type { AccountClosure, AccountState, PasswordState } from '@gakumon/terms';
import type { LdapSettings } from '../settings.ts';
import type { LdapEntry } from '../types.ts';
import { firstValueOf, flagsOf, hasFlag } from './entryValues.ts';
import { parseFileTime } from './fileTime.ts';

/** MS-ADTS 2.2.16, userAccountControl. */
const flags = { disabled: 0x2, neverExpires: 0x1_0000, smartCard: 0x4_0000 } as const;
/** MS-ADTS 3.1.1.4.5.17, msDS-User-Account-Control-Computed; the other attribute never has these two. */
const computedFlags = { locked: 0x10, passwordExpired: 0x80_0000 } as const;

/** What AD's attributes of an account say. */
export function readActiveDirectoryAccount(entry: LdapEntry, settings: LdapSettings, now: number): AccountState {
  const closed = readDisabled(entry) ?? readEnd(entry, now) ?? readLock(entry, settings, now);
  const password = readPassword(entry, settings, now);
  return { ...(closed === undefined ? {} : { closed }), ...(password === undefined ? {} : { password }) };
}

/** Flags that can't be read close the account: ACCOUNTDISABLE may be among them. */
function readDisabled(entry: LdapEntry): AccountClosure | undefined {
  const control = flagsOf(entry, 'userAccountControl');
  const isDisabled = hasFlag(control, flags.disabled) || Number.isNaN(control);
  return isDisabled ? { reason: 'disabled' } : undefined;
}

function readEnd(entry: LdapEntry, now: number): AccountClosure | undefined {
  const value = firstValueOf(entry, 'accountExpires');
  if (value === undefined) return undefined;
  const at = parseFileTime(value);
  if (at === undefined) return { reason: 'expired' };
  return at !== 'never' && at <= now ? { reason: 'expired', at } : undefined;
}

/**
 * Only the computed flag knows whether a lock still lasts: `lockoutTime` stays until the next good password. Servers that
 * compute none (AD LDS, Samba) are judged by that time and the `lockout.window` of the settings.
 */
function readLock(entry: LdapEntry, { lockout }: LdapSettings, now: number): AccountClosure | undefined {
  const computed = flagsOf(entry, 'msDS-User-Account-Control-Computed');
  const since = parseFileTime(firstValueOf(entry, 'lockoutTime') ?? '0');
  const until = typeof since === 'number' ? since + (lockout?.window ?? 0) : undefined;
  const lasts = until !== undefined && until > now;
  const isLocked = computed === undefined ? lasts : hasFlag(computed, computedFlags.locked) || Number.isNaN(computed);
  if (!isLocked) return undefined;
  return lasts ? { reason: 'locked', until } : { reason: 'locked' };
}

function readPassword(entry: LdapEntry, settings: LdapSettings, now: number): PasswordState | undefined {
  const control = flagsOf(entry, 'userAccountControl');
  if (hasFlag(control, flags.neverExpires) || hasFlag(control, flags.smartCard)) return undefined;
  if (firstValueOf(entry, 'pwdLastSet') === '0') return { kind: 'must-change' };
  const computed = flagsOf(entry, 'msDS-User-Account-Control-Computed');
  if (hasFlag(computed, computedFlags.passwordExpired)) return { kind: 'expired' };
  const at = parseFileTime(firstValueOf(entry, 'msDS-UserPasswordExpiryTimeComputed') ?? '0');
  if (typeof at !== 'number' || at > now + settings.passwords.warning) return undefined;
  return at <= now ? { kind: 'expired' } : { kind: 'expires', at };
}
