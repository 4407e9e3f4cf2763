import { GakumonError, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { Visitor } from '../types.ts';
import { directoriesFor, lockoutFor } from './directoriesFor.ts';
import { inTurn } from './inTurn.ts';
import { clearSlots, takeSlot } from './lockoutSlots.ts';
import { accountLimit, addressLimitOf, bucketOf, countTry, minutesUntil, requiredDelay } from './throttle.ts';

/**
 * Counts a try before it is known whether it is right, so that parallel guesses are all counted, and gives it back when
 * the password was not looked at: nobody is locked out by a full queue, a store that was down, or strangers who hang up.
 * @param check looks at the password; what it throws says that no wrong one was seen
 * @throws GakumonError `account-throttled` (`data.minutes` until the next try), `busy`, and what `check` throws
 */
export async function guardTry<T>(
  idp: Idp,
  username: Username,
  visitor: Pick<Visitor, 'address'>,
  check: () => Promise<T>,
): Promise<T> {
  const account = { kind: 'account', value: username } as const;
  const counted = await countTry(idp, account);
  const undo = [() => idp.throttles.release(bucketOf(idp, account), counted.resetsAt)];
  try {
    if (counted.count > accountLimit) throw throttled(idp, counted.resetsAt);
    const lockout = lockoutFor(directoriesFor(idp, username));
    const slot = lockout && (await takeSlot(idp, username, lockout));
    if (slot !== undefined) undo.push(() => idp.throttles.release(slot.bucket, slot.resetsAt));
    await slowDown(idp, visitor);
    return await (lockout === undefined ? check() : inTurn(idp, username, check));
  } catch (error) {
    // What went wrong first is what is told.
    await Promise.allSettled(undo.map((release) => release()));
    throw error;
  }
}

/** Forgets the wrong passwords of an account, since the right one was typed. */
export async function forgetTries(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'directories'>,
  username: Username,
): Promise<void> {
  await idp.throttles.clear(bucketOf(idp, { kind: 'account', value: username }));
  if (lockoutFor(directoriesFor(idp, username)) !== undefined) await clearSlots(idp, username);
}

/** Too many tries here; or the directory would lock the account with one more, which is the same to whoever waits. */
export function throttled(idp: Pick<Idp, 'clock'>, until: number | undefined): GakumonError {
  return new GakumonError('account-throttled', { data: { minutes: minutesUntil(idp, until) } });
}

async function slowDown(idp: Idp, { address: value }: Pick<Visitor, 'address'>): Promise<void> {
  const address = await idp.throttles.peek(bucketOf(idp, { kind: 'address', value }), idp.clock());
  const delay = requiredDelay(address.count, addressLimitOf(idp.policy(), value));
  if (delay > 0) await idp.delay(delay);
}
