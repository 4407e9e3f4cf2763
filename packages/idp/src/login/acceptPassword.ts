import { normaliseUsername, type PasswordVerdict, type VerifyOptions } from '@gakumon/directory';
import { GakumonError, minutes, type Person, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { refuseClosed } from './refuseClosed.ts';
import { accountLimit, addressLimitOf, bucketOf, countTry, networkOf, requiredDelay } from './throttle.ts';

/** How long a begun login may take. */
export const pendingLoginLifetime = minutes(10);

/**
 * Checks a user name and a password, and keeps the proof in the pending login of this attempt and browser. The answer
 * and the work are the same for an unknown person and for a wrong password.
 * @param signal aborted when the visitor has gone: nothing more is checked then, and no proof is left behind in a
 *   browser that somebody else may come to
 * @throws GakumonError `credentials-missing`; `credentials-wrong` (`data.mailHint` is 1 when a mail address was typed);
 *   `account-disabled`, told only to who knows the password; `account-throttled` (`data.minutes` until the next try);
 *   `busy`, also when the visitor has gone
 */
export async function acceptPassword(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  typed: { readonly username: string; readonly password: string },
  signal?: AbortSignal,
): Promise<void> {
  if (typed.username.trim() === '' || typed.password === '') throw new GakumonError('credentials-missing');
  const name = normaliseUsername(typed.username);
  const wrong = new GakumonError('credentials-wrong', { data: { mailHint: name.looksLikeMail ? 1 : 0 } });
  if (name.username === undefined) throw wrong;
  const verdict = await checkOnce(idp, name.username, typed.password, visitor, signal);
  if (verdict.kind === 'locked') throw new GakumonError('account-locked');
  if (verdict.kind === 'held') throw heldBack(idp, verdict.until);
  if (verdict.kind === 'rejected') {
    await countTry(idp, { kind: 'address', value: visitor.address });
    throw wrong;
  }
  await idp.throttles.clear(bucketOf(idp, { kind: 'account', value: name.username }));
  if (signal?.aborted) throw new GakumonError('busy', { detail: 'the visitor has gone' });
  refuseClosed(verdict.person.account.closed);
  await keepProof(idp, attempt, visitor, verdict.person);
}

/**
 * Counts a try before it is known whether it is right, so that parallel guesses are all counted, and gives it back when
 * the password was not looked at: nobody is locked out by a full queue, a store that was down, or strangers who hang up.
 */
async function checkOnce(
  idp: Idp,
  username: Username,
  password: string,
  visitor: Visitor,
  signal: AbortSignal | undefined,
): Promise<PasswordVerdict> {
  const account = { kind: 'account', value: username } as const;
  const counted = await countTry(idp, account);
  try {
    refuseThrottled(idp, counted);
    await slowDown(idp, visitor);
    return await askDirectory(idp, username, password, { turn: networkOf(visitor.address), signal });
  } catch (error) {
    // What went wrong first is what is told.
    await idp.throttles.release(bucketOf(idp, account), counted.resetsAt).catch(() => undefined);
    throw error;
  }
}

/** The directory would lock the account: the same as too many tries here. */
function heldBack(idp: Pick<Idp, 'clock'>, until: number | undefined): GakumonError {
  const left = until === undefined ? minutes(10) : until - idp.clock();
  return new GakumonError('account-throttled', { data: { minutes: Math.max(1, Math.ceil(left / minutes(1))) } });
}

function refuseThrottled(idp: Idp, { count, resetsAt }: { count: number; resetsAt: number }): void {
  if (count <= accountLimit) return;
  const remaining = Math.max(1, Math.ceil((resetsAt - idp.clock()) / minutes(1)));
  throw new GakumonError('account-throttled', { data: { minutes: remaining } });
}

async function slowDown(idp: Idp, visitor: Visitor): Promise<void> {
  const address = await idp.throttles.peek(bucketOf(idp, { kind: 'address', value: visitor.address }), idp.clock());
  const delay = requiredDelay(address.count, addressLimitOf(idp.policy(), visitor.address));
  if (delay > 0) await idp.delay(delay);
}

/**
 * Only the first directory that knows the name may say whether the password is right: it is also the one whose person
 * this is later (`findPerson`), so a guest of the same name never becomes a member of staff. A name that nobody knows
 * is held against the first directory all the same, which costs the same work.
 */
async function askDirectory(
  idp: Idp,
  username: Username,
  password: string,
  options: VerifyOptions,
): Promise<PasswordVerdict> {
  const directories = idp.directories();
  for (const directory of directories) {
    const person = await directory.find(username);
    if (person !== undefined) return directory.verifyPassword(username, password, options);
  }
  return directories[0]?.verifyPassword(username, password, options) ?? { kind: 'rejected' };
}

async function keepProof(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor, person: Person): Promise<void> {
  const at = idp.clock();
  const { username, passwordVersion } = person;
  await idp.pendingLogins.appendFact(
    { attempt: attempt.id, browser: visitor.browser, username, expiresAt: at + pendingLoginLifetime },
    { authenticator: 'password', at, address: visitor.address, passwordVersion },
  );
}
