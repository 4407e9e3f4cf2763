import { normaliseUsername, type PasswordVerdict } from '@gakumon/directory';
import { GakumonError, minutes, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { accountLimit, bucketOf, countTry, requiredDelay } from './throttle.ts';

/** How long a begun login may take. */
export const pendingLoginLifetime = minutes(10);

/**
 * Checks a user name and a password, and keeps the proof in the pending login of this attempt and browser. The answer
 * and the work are the same for an unknown person and for a wrong password.
 * @throws GakumonError `credentials-missing`; `credentials-wrong` (`data.mailHint` is 1 when a mail address was typed);
 *   `account-throttled` (`data.minutes` until the next try)
 */
export async function acceptPassword(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  typed: { readonly username: string; readonly password: string },
): Promise<void> {
  if (typed.username.trim() === '' || typed.password === '') throw new GakumonError('credentials-missing');
  const name = normaliseUsername(typed.username);
  const wrong = new GakumonError('credentials-wrong', { data: { mailHint: name.looksLikeMail ? 1 : 0 } });
  if (name.username === undefined) throw wrong;
  await holdAgainstThrottles(idp, name.username, visitor);
  const verdict = await askDirectory(idp, name.username, typed.password);
  if (verdict.kind === 'rejected') {
    await countTry(idp, { kind: 'address', value: visitor.address });
    throw wrong;
  }
  await idp.throttles.clear(bucketOf(idp, { kind: 'account', value: name.username }));
  await keepProof(idp, attempt, visitor, verdict.person.username);
}

async function holdAgainstThrottles(idp: Idp, username: Username, visitor: Visitor): Promise<void> {
  const account = await countTry(idp, { kind: 'account', value: username });
  if (account.count > accountLimit) {
    const remaining = Math.max(1, Math.ceil((account.resetsAt - idp.clock()) / minutes(1)));
    throw new GakumonError('account-throttled', { data: { minutes: remaining } });
  }
  const address = await idp.throttles.peek(bucketOf(idp, { kind: 'address', value: visitor.address }), idp.clock());
  const delay = requiredDelay(address.count);
  if (delay > 0) await idp.delay(delay);
}

/**
 * Only the first directory that knows the name may say whether the password is right: it is also the one whose person
 * this is later (`findPerson`), so a guest of the same name never becomes a member of staff. A name that nobody knows
 * is held against the first directory all the same, which costs the same work.
 */
async function askDirectory(idp: Idp, username: Username, password: string): Promise<PasswordVerdict> {
  const directories = idp.directories();
  for (const directory of directories) {
    const person = await directory.find(username);
    if (person !== undefined) return directory.verifyPassword(username, password);
  }
  return directories[0]?.verifyPassword(username, password) ?? { kind: 'rejected' };
}

async function keepProof(idp: Idp, attempt: SsoAttempt, visitor: Visitor, username: Username): Promise<void> {
  const at = idp.clock();
  await idp.pendingLogins.appendFact(
    { attempt: attempt.id, browser: visitor.browser, username, expiresAt: at + pendingLoginLifetime },
    { authenticator: 'password', at, address: visitor.address },
  );
}
