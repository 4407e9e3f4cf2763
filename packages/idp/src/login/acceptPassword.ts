import { normaliseUsername, type PasswordVerdict, type VerifyOptions } from '@gakumon/directory';
import type { AuthenticationFact } from '@gakumon/mfa';
import { GakumonError, minutes, type Person, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { directoriesFor } from './directoriesFor.ts';
import { findMeant, type Meant } from './findPerson.ts';
import { forgetTries, guardTry, throttled } from './guardTry.ts';
import { refuseClosed } from './refuseClosed.ts';
import { countTry, networkOf } from './throttle.ts';

/** How long a begun login may take. */
export const pendingLoginLifetime = minutes(10);

/**
 * Checks a user name and a password, and keeps the proof in the pending login of this attempt and browser. The answer
 * and the work are the same for an unknown person and for a wrong password.
 * @param signal aborted when the visitor has gone: nothing more is checked then, and no proof is left behind in a
 *   browser that somebody else may come to
 * @throws GakumonError `credentials-missing`; `credentials-wrong` (`data.mailHint` is 1 when a mail address was typed);
 *   `account-disabled`, `account-expired`, `account-left` and `account-not-open`, told only to who knows the password;
 *   `account-locked`; `account-throttled` (`data.minutes` until the next try); `directory-unavailable` when it could not be
 *   asked whether it knows the name; `source-unavailable`, told only to who knows the password; `busy`, also when the
 *   visitor has gone
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
  const verdict = await checkOnce(idp, name.username, typed.password.normalize('NFC'), visitor, signal);
  if (verdict.kind !== 'accepted') await countTry(idp, { kind: 'address', value: visitor.address });
  if (verdict.kind === 'rejected') throw wrong;
  // Strangers learn by it that there is such a name and that it is locked: not until when, nor whether the password was
  // right. Without it its owner would type the right one over and over, and never go to the help desk
  if (verdict.kind === 'locked') throw new GakumonError('account-locked');
  for (const tried of new Set([name.username, verdict.person.username])) await forgetTries(idp, tried);
  if (signal?.aborted) throw new GakumonError('busy', { detail: 'the visitor has gone' });
  refuseClosed(verdict.person.account.closed);
  await keepProof(idp, attempt, visitor, verdict.person);
}

type Asking = VerifyOptions & { readonly visitor: Visitor };

/** A password that the directory held back was not looked at: it is no wrong one. */
function checkOnce(idp: Idp, username: Username, password: string, visitor: Visitor, signal: AbortSignal | undefined) {
  return guardTry(idp, username, visitor, async () => {
    const asking = { turn: networkOf(visitor.address), signal, visitor };
    const verdict = await askDirectory(idp, username, password, asking);
    if (verdict.kind === 'held') throw throttled(idp, verdict.until);
    return verdict;
  });
}

/**
 * Only the first directory that knows the name may say whether the password is right: it is also the one whose person
 * this is later (`findPerson`), so a guest of the same name never becomes a member of staff. One that is away and may know
 * the name stops the login: whoever is next would speak in its place (law 10). A name that nobody knows is held against
 * the first directory that might have known it all the same, which costs the same work.
 */
async function askDirectory(idp: Idp, username: Username, password: string, asking: Asking): Promise<PasswordVerdict> {
  const directories = directoriesFor(idp, username);
  const meant = await findMeant(directories, username);
  if (meant !== undefined && meant.username !== username) return askByLoginName(idp, meant, password, asking);
  const asked = meant?.directory ?? directories[0];
  return asked?.verifyPassword(username, password, asking) ?? { kind: 'rejected' };
}

/**
 * Some directories find people by a second name, such as a mail address. What counts is the login name then: tries are
 * counted for it, so that two names are not twice as many guesses; and only where the same directory speaks for it, so
 * that nobody becomes whoever has that login name in an earlier one.
 */
async function askByLoginName(
  idp: Idp,
  { directory, username }: Meant,
  password: string,
  { visitor, signal }: Asking,
): Promise<PasswordVerdict> {
  const own = await findMeant(directoriesFor(idp, username), username);
  if (own?.directory !== directory || own.username !== username) return { kind: 'rejected' };
  return checkOnce(idp, username, password, visitor, signal);
}

async function keepProof(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor, person: Person): Promise<void> {
  const { username } = person;
  const expiresAt = idp.clock() + pendingLoginLifetime;
  const login = { attempt: attempt.id, browser: visitor.browser, username, expiresAt };
  await idp.pendingLogins.appendFact(login, passwordFact(idp, visitor, person));
}

/**
 * What a right password proves. Some directories tell how it stands only when it is checked, so the fact keeps that.
 * @param person as the directory answered
 */
export function passwordFact(
  { clock }: Pick<Idp, 'clock'>,
  { address }: Pick<Visitor, 'address'>,
  { directory, passwordVersion, account: { password: passwordState } }: Person,
): AuthenticationFact {
  const state = passwordState === undefined ? {} : { passwordState };
  return { authenticator: 'password', at: clock(), address, passwordVersion, ...state, directory };
}
