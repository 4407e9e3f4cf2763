import type { AccountClosure, AccountState } from '@gakumon/terms';
import type { LdapSettings } from '../settings.ts';
import type { LdapEntry } from '../types.ts';
import { firstValueOf } from './entryValues.ts';
import { parseGeneralizedTime } from './generalizedTime.ts';

/** draft-behera-ldap-password-policy-10, section 5.3.3: locked until staff unlock it. */
const forGood = '000001010000Z';

/** What the operational attributes of slapd's password policy say (the draft's section 5.3). */
export function readOpenLdapAccount(entry: LdapEntry, settings: LdapSettings, now: number): AccountState {
  const closed = readEnd(entry, now) ?? readStart(entry, now) ?? readLock(entry, settings, now);
  // slapd writes TRUE; FALSE may stand there as well
  const mustChange = firstValueOf(entry, 'pwdReset')?.toUpperCase() === 'TRUE';
  return {
    ...(closed === undefined ? {} : { closed }),
    ...(mustChange ? { password: { kind: 'must-change' } } : {}),
  };
}

/**
 * slapd leaves the time of a lock standing after the lock has ended, until the next bind, and its length is written in the
 * policy, not in the entry. So a lock with a time counts for the `lockout.window` of the settings, and where that is not
 * known, only the bind can tell. A time that can't be read is a lock.
 */
function readLock(entry: LdapEntry, { lockout }: LdapSettings, now: number): AccountClosure | undefined {
  const value = firstValueOf(entry, 'pwdAccountLockedTime');
  if (value === undefined) return undefined;
  const since = value === forGood ? undefined : parseGeneralizedTime(value);
  if (since === undefined) return { reason: 'locked' };
  const until = since + (lockout?.window ?? 0);
  return until > now ? { reason: 'locked', until } : undefined;
}

function readEnd(entry: LdapEntry, now: number): AccountClosure | undefined {
  const value = firstValueOf(entry, 'pwdEndTime');
  if (value === undefined) return undefined;
  const at = parseGeneralizedTime(value);
  if (at === undefined) return { reason: 'expired' };
  return at <= now ? { reason: 'expired', at } : undefined;
}

function readStart(entry: LdapEntry, now: number): AccountClosure | undefined {
  const value = firstValueOf(entry, 'pwdStartTime');
  if (value === undefined) return undefined;
  const opensAt = parseGeneralizedTime(value);
  if (opensAt === undefined) return { reason: 'not-yet-open' };
  return opensAt > now ? { reason: 'not-yet-open', opensAt } : undefined;
}
