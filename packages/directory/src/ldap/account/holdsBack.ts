import type { Lockout } from '../../ports.ts';
import type { LdapEntry } from '../types.ts';
import { firstValueOf, valuesOf } from './entryValues.ts';
import { parseFileTime } from './fileTime.ts';
import { parseGeneralizedTime } from './generalizedTime.ts';

/** Servers count in seconds, and not from the same moment as we do. */
const rounding = 1000;

/**
 * Whether one more wrong password would lock the account in the directory, by the directory's own count, which others add to as
 * well (law 11): then no password is passed on to it.
 * @param lockout as the directory has it; undefined: it locks none
 * @param now milliseconds
 * @returns until when, in milliseconds; undefined in `until`: the directory does not tell. Undefined: there is room
 */
export function holdsBack(
  entry: LdapEntry,
  lockout: Lockout | undefined,
  now: number,
): { readonly until: number | undefined } | undefined {
  if (lockout === undefined) return undefined;
  // A directory that locks at the first wrong password leaves no room at all, and nobody could ever come in
  const room = Math.max(lockout.attempts - 1, 1);
  return holdsBackByTimes(entry, room, lockout.window, now) ?? holdsBackByCount(entry, room, lockout.window, now);
}

/** slapd: the times of the wrong passwords since the last good one. Room comes back when the oldest of those that fill it is forgotten. */
function holdsBackByTimes(entry: LdapEntry, room: number, window: number, now: number): { until: number } | undefined {
  const times = valuesOf(entry, 'pwdFailureTime')
    // A time that can't be read was a failure all the same, and of unknown age
    .map((value) => parseGeneralizedTime(value) ?? now)
    .filter((time) => time + window + rounding > now)
    .toSorted((a, b) => a - b);
  const oldest = times.at(-room);
  return times.length < room || oldest === undefined ? undefined : { until: oldest + window + rounding };
}

/** AD: a count, and when it last grew; it stays in the entry after the window has passed, and begins anew with the next wrong password. */
function holdsBackByCount(
  entry: LdapEntry,
  room: number,
  window: number,
  now: number,
): { until: number | undefined } | undefined {
  const text = firstValueOf(entry, 'badPwdCount');
  if (text === undefined) return undefined;
  const count = /^\d{1,10}$/.test(text) ? Number(text) : room;
  if (count < room) return undefined;
  const last = parseFileTime(firstValueOf(entry, 'badPasswordTime') ?? '');
  if (typeof last !== 'number') return last === 'never' ? undefined : { until: undefined };
  const until = last + window + rounding;
  return until > now ? { until } : undefined;
}
