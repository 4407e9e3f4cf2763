import type { PasswordHold } from '@gakumon/directory';
import type { Departure } from '@gakumon/idp';
import type { AccountState } from '@gakumon/terms';
import { isoTime, tellSecond } from './metadata/moments.ts';

/** How an account stands, in words for staff. */
export function tellClosure({ closed }: AccountState): string {
  if (closed === undefined) return 'open';
  if (closed.reason === 'disabled') return 'disabled';
  if (closed.reason === 'locked')
    return `locked${closed.until === undefined ? '' : ` until ${tellSecond(closed.until)}`}`;
  if (closed.reason === 'not-yet-open') {
    return `not open yet${closed.opensAt === undefined ? '' : `: opens ${tellSecond(closed.opensAt)}`}`;
  }
  return `${closed.reason}${closed.at === undefined ? '' : ` since ${tellSecond(closed.at)}`}`;
}

/** What is to be said of the password; undefined: nothing. */
export function tellPassword({ password }: AccountState): string | undefined {
  if (password === undefined) return undefined;
  if (password.kind === 'must-change') return 'has to be changed at the next login';
  return password.kind === 'expired' ? 'expired' : `expires ${tellSecond(password.at)}`;
}

/** What the directory itself has against a password of the account just now. */
export function tellDirectoryHold(directory: string, { kind, until }: PasswordHold): string {
  const end = until === undefined ? 'until it is unlocked there' : `until ${tellSecond(until)}`;
  const why = kind === 'locked' ? 'it locked the account' : 'one more wrong one would lock the account there';
  return `the directory ${directory} is asked about no password ${end}: ${why}`;
}

/** The same for scripts. */
export function describeDirectoryHold({ kind, until }: PasswordHold) {
  return { kind, until: until === undefined ? null : isoTime(until) };
}

/** How an account stands, for scripts: `state` is `open`, or why it is not. */
export function describeAccount({ closed, password }: AccountState) {
  const at = closed === undefined || closed.reason === 'disabled' ? undefined : timeOf(closed);
  return {
    state: closed?.reason ?? 'open',
    ...(at === undefined ? {} : { at: isoTime(at) }),
    password: password?.kind ?? null,
    ...(password?.kind === 'expires' ? { passwordExpires: isoTime(password.at) } : {}),
  };
}

type Dated = Exclude<NonNullable<AccountState['closed']>, { readonly reason: 'disabled' }>;

function timeOf(closed: Dated): number | undefined {
  if (closed.reason === 'locked') return closed.until;
  return closed.reason === 'not-yet-open' ? closed.opensAt : closed.at;
}

/** A departure for scripts; the digests of what named somebody stay in the records. */
export function describeDeparture({ at, as, blockedUntil }: Departure) {
  return { at: isoTime(at), as, blockedUntil: isoTime(blockedUntil) };
}
