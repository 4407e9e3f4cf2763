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
  const name = normaliseUsername(typed.username);
  if (name.username === undefined || typed.password === '') throw new GakumonError('credentials-missing');
  await holdAgainstThrottles(idp, name.username, visitor);
  const verdict = await askDirectories(idp, name.username, typed.password);
  if (verdict.kind === 'rejected') {
    await countTry(idp, { kind: 'address', value: visitor.address });
    throw new GakumonError('credentials-wrong', { data: { mailHint: name.looksLikeMail ? 1 : 0 } });
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

async function askDirectories(idp: Idp, username: Username, password: string): Promise<PasswordVerdict> {
  for (const directory of idp.directories()) {
    const verdict = await directory.verifyPassword(username, password);
    if (verdict.kind === 'accepted') return verdict;
  }
  return { kind: 'rejected' };
}

async function keepProof(idp: Idp, attempt: SsoAttempt, visitor: Visitor, username: Username): Promise<void> {
  const at = idp.clock();
  await idp.pendingLogins.appendFact(
    { attempt: attempt.id, browser: visitor.browser, username, expiresAt: at + pendingLoginLifetime },
    { authenticator: 'password', at, address: visitor.address },
  );
}
