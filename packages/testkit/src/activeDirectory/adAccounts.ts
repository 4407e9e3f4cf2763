import type { Clock } from '@gakumon/terms';
import { type AdObject, type AdStore, setValue, textOf } from './adStore.ts';

/** The domain's rules; durations are milliseconds. */
export type AdPolicy = {
  /** lockoutThreshold; 0: no account is ever locked. */
  readonly lockoutThreshold: number;
  /** lockOutObservationWindow. */
  readonly lockoutWindow: number;
  /** lockoutDuration. */
  readonly lockoutDuration: number;
  /** maxPwdAge; 0: passwords never expire. */
  readonly maxPasswordAge: number;
  readonly minPasswordAge: number;
  readonly minPasswordLength: number;
  readonly passwordHistory: number;
};

/** MS-ADTS 2.2.16 and 3.1.1.4.5.17. */
export const accountFlags = {
  disabled: 0x2,
  lockedOut: 0x10,
  neverExpires: 0x1_0000,
  smartCard: 0x4_0000,
  passwordExpired: 0x80_0000,
} as const;

const never = '9223372036854775807';
const epoch = 11_644_473_600_000n;
export const toFileTime = (milliseconds: number): string =>
  String((BigInt(Math.floor(milliseconds)) + epoch) * 10_000n);
export const fromFileTime = (text: string): number => Number(BigInt(text) / 10_000n - epoch);

export type AdAccounts = {
  /** Who a bind names: by DN, `user@domain` or `DOMAIN\user`. */
  named(name: string): AdObject | undefined;
  /** The sub-code that refuses a bind; undefined: it is accepted. */
  judge(object: AdObject | undefined, password: string): string | undefined;
  /** msDS-User-Account-Control-Computed. */
  computedFlags(object: AdObject): number;
  /** msDS-UserPasswordExpiryTimeComputed. */
  passwordExpiry(object: AdObject): string;
};

export function createAdAccounts(store: AdStore, policy: AdPolicy, clock: Clock): AdAccounts {
  const isLocked = (object: AdObject): boolean => {
    const since = textOf(object, 'lockoutTime') ?? '0';
    return since !== '0' && fromFileTime(since) + policy.lockoutDuration > clock();
  };
  const isPasswordExpired = (object: AdObject): boolean => {
    const expiry = passwordExpiry(object, policy);
    return expiry !== never && (expiry === '0' || fromFileTime(expiry) <= clock());
  };
  return {
    named: (name) => findNamed(store, name),
    passwordExpiry: (object) => passwordExpiry(object, policy),
    computedFlags: (object) =>
      (isLocked(object) ? accountFlags.lockedOut : 0) | (isPasswordExpired(object) ? accountFlags.passwordExpired : 0),
    judge: (object, password) => {
      if (object?.password === undefined) return '525';
      if (isLocked(object)) return '775';
      if (object.password !== password) return countWrongPassword(object, policy, clock());
      setValue(object, 'badPwdCount', '0');
      return standing(object, clock()) ?? (isPasswordExpired(object) ? expiredCode(object) : welcome(object));
    },
  };
}

function findNamed(store: AdStore, name: string): AdObject | undefined {
  const byDn = store.find(name);
  if (byDn !== undefined) return byDn;
  const account = name.split('\\')[1]?.toLowerCase();
  return [...store.all()].find(
    (object) =>
      textOf(object, 'userPrincipalName')?.toLowerCase() === name.toLowerCase() ||
      (account !== undefined && textOf(object, 'sAMAccountName')?.toLowerCase() === account),
  );
}

/** The bind that locks an account is itself refused as any wrong password. */
function countWrongPassword(object: AdObject, policy: AdPolicy, now: number): string {
  const last = textOf(object, 'badPasswordTime') ?? '0';
  const goesOn = last !== '0' && fromFileTime(last) + policy.lockoutWindow > now;
  const count = (goesOn ? Number(textOf(object, 'badPwdCount') ?? '0') : 0) + 1;
  setValue(object, 'badPwdCount', String(count));
  setValue(object, 'badPasswordTime', toFileTime(now));
  if (policy.lockoutThreshold > 0 && count >= policy.lockoutThreshold) setValue(object, 'lockoutTime', toFileTime(now));
  return '52e';
}

/** What AD says only after the right password. */
function standing(object: AdObject, now: number): string | undefined {
  const expires = textOf(object, 'accountExpires') ?? '0';
  if (hasFlag(object, accountFlags.disabled)) return '533';
  if (expires !== '0' && expires !== never && fromFileTime(expires) <= now) return '701';
  if (/^\0+$/.test(textOf(object, 'logonHours') ?? '')) return '530';
  return textOf(object, 'userWorkstations') === undefined ? undefined : '531';
}

const expiredCode = (object: AdObject): string => (textOf(object, 'pwdLastSet') === '0' ? '773' : '532');

function welcome(object: AdObject): undefined {
  setValue(object, 'lockoutTime', '0');
}

function passwordExpiry(object: AdObject, policy: AdPolicy): string {
  const lastSet = textOf(object, 'pwdLastSet');
  if (hasFlag(object, accountFlags.neverExpires) || hasFlag(object, accountFlags.smartCard)) return never;
  if (lastSet === undefined || lastSet === '0') return '0';
  return policy.maxPasswordAge === 0 ? never : toFileTime(fromFileTime(lastSet) + policy.maxPasswordAge);
}

const hasFlag = (object: AdObject, flag: number): boolean =>
  (Number(textOf(object, 'userAccountControl') ?? '512') & flag) !== 0;
