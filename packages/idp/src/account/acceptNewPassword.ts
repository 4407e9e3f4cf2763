import type { Directory, PasswordChange, PasswordRefusal } from '@gakumon/directory';
import { type ErrorCode, GakumonError, isGakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { passwordFact, pendingLoginLifetime } from '../login/acceptPassword.ts';
import { forgetTries, guardTry, throttled } from '../login/guardTry.ts';
import { countTry } from '../login/throttle.ts';
import type { PendingLogin } from '../ports.ts';
import { notePasswordChange } from '../session/history.ts';
import { type LoginLook, lookAtAuthenticators } from '../stepUp/lookAtLogin.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { checkNewPassword, type TypedPasswords } from './checkNewPassword.ts';
import { passwordStateOf } from './decideAccount.ts';
import { directoryOf, isPasswordsTurn } from './passwordNeed.ts';

/**
 * Puts a new password in the place of one that has to be changed, or soon must, and keeps the proof of the new one in its
 * place: the login goes on with it. Other sessions of the person fall by their password's version.
 *
 * Who could come in by this door: it opens only to who has proved a password in this attempt and this browser, with all else
 * that the login asks for and that they have, and only where the directory said of that very password that it must or soon has to be changed.
 * A stolen session is none of it; the present password is asked for once more, and a wrong one counts as a wrong password
 * at the login. A form that was sent twice finds the change made already in this attempt, and goes on.
 * @param look of the login that it is in
 * @throws GakumonError `session-gone` to everybody else; `password-missing`, `password-mismatch`, `password-unchanged`,
 *   `password-too-short`, `password-like-name`, `password-too-weak`, `password-current-wrong`, `password-used-before`,
 *   `password-too-young`, `password-change-refused`: nothing was changed; `account-locked`, `account-throttled`; `busy`;
 *   `password-change-unknown`: the directory went away, and the person logs in anew with whichever password holds
 */
export async function acceptNewPassword(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  look: LoginLook,
  typed: TypedPasswords,
): Promise<void> {
  const { person, pending } = requireProved(await lookAtAuthenticators(idp, look));
  if (passwordStateOf(pending.facts) === undefined) return;
  const change = requireChange(directoryOf(idp, person));
  const passwords = checkNewPassword(person.username, typed);
  const changed = await guardTry(idp, person.username, visitor, async () => {
    const outcome = await change(person.username, passwords).catch(async (error: unknown) => {
      throw await tellUnknown(idp, attempt, visitor, error);
    });
    // The present password was not what was wrong: it is no wrong try
    if (outcome.kind === 'held') throw throttled(idp, outcome.until);
    if (outcome.kind === 'refused') throw new GakumonError(refusals[outcome.refusal]);
    return outcome;
  });
  if (changed.kind === 'rejected' && (await isChangedSince(idp, attempt, visitor))) return;
  if (changed.kind !== 'changed') throw await refuseCurrent(idp, visitor, changed);
  notePasswordChange(idp, person.username, visitor.address);
  await forgetTries(idp, person.username);
  await replacePassword(idp, attempt, visitor, pending, changed.person);
}

const refusals: Readonly<Record<PasswordRefusal, ErrorCode>> = {
  'too-short': 'password-too-short',
  'like-name': 'password-like-name',
  'too-weak': 'password-too-weak',
  'used-before': 'password-used-before',
  'too-young': 'password-too-young',
  'not-allowed': 'password-change-refused',
};

function requireProved(look: LoginLook) {
  const { person, known } = look;
  const { attempt: pending } = known;
  const hasPassword = pending?.facts.some(({ authenticator }) => authenticator === 'password') ?? false;
  if (person === undefined || pending === undefined || !hasPassword || !isPasswordsTurn(look)) {
    throw new GakumonError('session-gone');
  }
  return { person, pending };
}

/** Whether the first of two clicks has put the new password in the place of the old one meanwhile. */
async function isChangedSince(
  idp: Pick<Idp, 'pendingLogins'>,
  { id }: Pick<SsoAttempt, 'id'>,
  { browser }: Pick<Visitor, 'browser'>,
): Promise<boolean> {
  const facts = (await idp.pendingLogins.find(id, browser))?.facts ?? [];
  const passwords = facts.filter(({ authenticator }) => authenticator === 'password');
  return passwords.length > 0 && passwordStateOf(passwords) === undefined;
}

function requireChange(directory: Directory | undefined): NonNullable<Directory['changePassword']> {
  if (directory?.changePassword === undefined || directory.passwordPlace?.at !== 'here') {
    throw new GakumonError('password-change-refused', { detail: 'the directory has its passwords changed elsewhere' });
  }
  return directory.changePassword;
}

/** What was proved with the old password may be worth nothing by now. */
async function tellUnknown(
  idp: Idp,
  { id }: Pick<SsoAttempt, 'id'>,
  { browser }: Visitor,
  error: unknown,
): Promise<unknown> {
  if (!isGakumonError(error) || error.code !== 'directory-unavailable') return error;
  await idp.pendingLogins.remove(id, browser);
  const { detail, hint } = error;
  return new GakumonError('password-change-unknown', {
    ...(detail === undefined ? {} : { detail }),
    hint,
    cause: error,
  });
}

async function refuseCurrent(
  idp: Idp,
  { address }: Visitor,
  { kind }: Extract<PasswordChange, { kind: 'rejected' | 'locked' | 'held' }>,
): Promise<GakumonError> {
  await countTry(idp, { kind: 'address', value: address });
  return new GakumonError(kind === 'rejected' ? 'password-current-wrong' : 'account-locked');
}

/**
 * Facts are never edited, so the pending login is written anew: without the password that is no more, by whose version all
 * that was proved after it would fall, and with the one that took its place. What else was proved was proved by whoever
 * has just proved the old one twice.
 */
async function replacePassword(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { facts }: PendingLogin,
  person: Person,
): Promise<void> {
  const { browser } = visitor;
  const others = facts.filter(({ authenticator }) => authenticator !== 'password');
  const login = {
    attempt: attempt.id,
    browser,
    username: person.username,
    expiresAt: idp.clock() + pendingLoginLifetime,
  };
  await idp.pendingLogins.remove(attempt.id, browser);
  for (const fact of [...others, freshFact(idp, visitor, person)]) await idp.pendingLogins.appendFact(login, fact);
}

/** Nothing is left to be done about it, whatever the directory has not noticed yet. */
function freshFact(idp: Idp, visitor: Visitor, person: Person) {
  const { passwordState: _, ...fact } = passwordFact(idp, visitor, person);
  return fact;
}
