import type { Authenticator } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError, minutes, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { bucketOf, codeLimits, countTry } from '../login/throttle.ts';
import { type Chronicle, noteAuthenticator } from '../session/history.ts';

/** A wrong code after so many begins the login again. */
const triesOfLogin = 3;

type Counter = Pick<Idp, 'throttles' | 'sealingKeys' | 'clock'>;
type Guessed = Pick<Authenticator, 'id' | 'kind' | 'name'>;

/** What somebody guesses at: the counters belong to the person and the authenticator, in whichever browser it is tried. */
export type Target = { readonly username: Username; readonly authenticator: Guessed };

/** Whose wrong codes are counted, and how long. Only who has proved the password, or has a session, adds to them (law 11). */
export type CodeSubject = { readonly kind: keyof typeof codeLimits; readonly value: string };
type Counted = { readonly subject: CodeSubject; readonly count: number; readonly resetsAt: number };

/** A try that was counted before anybody knew whether it is right. */
export type CountedTry = readonly Counted[];

/**
 * Counts a try, so that parallel guesses are all counted.
 * @throws GakumonError `authenticator-throttled` (`data.minutes` until the next try), which counts as none;
 *   `store-unavailable`
 */
export async function countCode(idp: Counter, target: Target): Promise<CountedTry> {
  const counted = await hitAll(idp, target);
  const held = counted.filter(({ count, subject }) => count > codeLimits[subject.kind]);
  if (held.length === 0) return counted;
  await giveBack(idp, counted);
  const until = Math.max(...held.map(({ resetsAt }) => resetsAt));
  const remaining = Math.max(1, Math.ceil((until - idp.clock()) / minutes(1)));
  throw new GakumonError('authenticator-throttled', { data: { minutes: remaining } });
}

/** For a try that came to nothing: a store that is down is no wrong code. */
export async function giveBack(idp: Counter, counted: CountedTry): Promise<void> {
  const released = counted.map(({ subject, resetsAt }) => idp.throttles.release(bucketOf(idp, subject), resetsAt));
  // What went wrong first is what is told
  await Promise.allSettled(released);
}

/**
 * For a right code: the countdown of its authenticator begins anew. Of the longer counts, and of those of the person, only
 * the try itself is taken back: whoever guesses beside the owner gains nothing by the owner's successes. What can't be taken
 * back stays counted.
 */
export async function countNoMore(idp: Counter, counted: CountedTry): Promise<void> {
  const [hourly, ...longer] = counted;
  const cleared = hourly && idp.throttles.clear(bucketOf(idp, hourly.subject));
  await Promise.allSettled([cleared, giveBack(idp, longer)]);
}

/** For staff: nothing is held against the person's codes any more, of these authenticators or of all together. */
export async function forgetCodes(idp: Counter, username: Username, ids: readonly AuthenticatorId[]): Promise<void> {
  const subjects = [...ids.flatMap((id) => subjectsOfAuthenticator(username, id)), ...subjectsOfPerson(username)];
  await Promise.all(subjects.map((subject) => idp.throttles.clear(bucketOf(idp, subject))));
}

/**
 * How many wrong codes are left before the login starts again: 2, 1, 0, and from the front. It is counted over all
 * logins of the person, so that a new browser brings no new tries.
 */
export function remainingOf([hourly]: CountedTry): number {
  const count = hourly?.count ?? triesOfLogin;
  return triesOfLogin - 1 - ((count - 1) % triesOfLogin);
}

/** Writes down that an authenticator is held from now on, at the very try that did it. */
export function noteIfHeld(idp: Chronicle, target: Target, counted: CountedTry, address: string): void {
  const reached = counted.find(({ count, subject }) => count === codeLimits[subject.kind]);
  if (reached === undefined) return;
  const { username, authenticator } = target;
  const ofAll = reached.subject.kind.startsWith('all-') ? ' with all authenticators together' : '';
  const detail = `${reached.count} wrong codes${ofAll}`;
  noteAuthenticator(
    idp,
    { kind: 'authenticator-throttled', username, authenticator },
    { actor: 'system', address, detail },
  );
}

/** The hour comes first: the countdown goes by it, and nine is three times three. */
export function subjectsOfAuthenticator(username: Username, id: AuthenticatorId): readonly CodeSubject[] {
  const value = JSON.stringify([username, id]);
  return [
    { kind: 'codes-hour', value },
    { kind: 'codes-day', value },
  ];
}

/** What is counted over all authenticators of a person. */
export const subjectsOfPerson = (username: Username): readonly CodeSubject[] => [
  { kind: 'all-codes-hour', value: username },
  { kind: 'all-codes-day', value: username },
];

async function hitAll(idp: Counter, { username, authenticator }: Target): Promise<CountedTry> {
  const subjects = [...subjectsOfAuthenticator(username, authenticator.id), ...subjectsOfPerson(username)];
  const hits = subjects.map(async (subject) => ({ subject, ...(await countTry(idp, subject)) }));
  const settled = await Promise.allSettled(hits);
  const failed = settled.find((one) => one.status === 'rejected');
  const counted = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return counted;
  await giveBack(idp, counted);
  throw failed.reason;
}
