import type { Authenticator } from '@gakumon/mfa';
import { GakumonError, minutes, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { bucketOf, countTry, dailyCodeLimit, hourlyCodeLimit, type ThrottleSubject } from '../login/throttle.ts';
import { type Chronicle, noteAuthenticator } from '../session/history.ts';

/** A wrong code after so many begins the login again. */
const triesOfLogin = 3;

type Counter = Pick<Idp, 'throttles' | 'sealingKeys' | 'clock'>;
type Guessed = Pick<Authenticator, 'id' | 'kind' | 'name'>;

/** What somebody guesses at: the counters belong to the person's authenticator, in whichever browser it is tried. */
export type Target = { readonly username: Username; readonly authenticator: Guessed };

type Counted = {
  readonly subject: ThrottleSubject;
  readonly limit: number;
  readonly count: number;
  readonly resetsAt: number;
};

/** A try that was counted before anybody knew whether it is right. */
export type CountedTry = readonly Counted[];

/**
 * Counts a try, so that parallel guesses are all counted.
 * @throws GakumonError `authenticator-throttled` (`data.minutes` until the next try), which counts as none;
 *   `store-unavailable`
 */
export async function countCode(idp: Counter, target: Target): Promise<CountedTry> {
  const counted = await hitAll(idp, subjectsOf(target));
  const held = counted.filter(({ count, limit }) => count > limit);
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

/** After a right code nothing is held against the authenticator any more. */
export async function forgetCodes(
  idp: Counter,
  target: Pick<Target, 'username'> & { authenticator: Pick<Guessed, 'id'> },
) {
  await Promise.all(subjectsOf(target).map((subject) => idp.throttles.clear(bucketOf(idp, subject))));
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
  const reached = counted.find(({ count, limit }) => count === limit);
  if (reached === undefined) return;
  const { username, authenticator } = target;
  const detail = `${reached.count} wrong codes`;
  noteAuthenticator(
    idp,
    { kind: 'authenticator-throttled', username, authenticator },
    { actor: 'system', address, detail },
  );
}

/** The hour comes first: the countdown goes by it, and nine is three times three. */
export function subjectsOf({
  username,
  authenticator,
}: Pick<Target, 'username'> & { authenticator: Pick<Guessed, 'id'> }) {
  const value = JSON.stringify([username, authenticator.id]);
  return [
    { kind: 'codes-hour', value },
    { kind: 'codes-day', value },
  ] as const satisfies readonly ThrottleSubject[];
}

const limits = { 'codes-hour': hourlyCodeLimit, 'codes-day': dailyCodeLimit } as const;

async function hitAll(idp: Counter, subjects: ReturnType<typeof subjectsOf>): Promise<CountedTry> {
  const hits = subjects.map(async (subject) => ({
    subject,
    limit: limits[subject.kind],
    ...(await countTry(idp, subject)),
  }));
  const settled = await Promise.allSettled(hits);
  const failed = settled.find((one) => one.status === 'rejected');
  const counted = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return counted;
  await giveBack(idp, counted);
  throw failed.reason;
}
