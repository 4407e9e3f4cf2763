import { parseOtp, type TotpAuthenticator, verifyOtp } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError, isGakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { endSession } from '../session/endSession.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { type CountedTry, countCode, countNoMore, giveBack, noteIfHeld, remainingOf, type Target } from './guessing.ts';
import { keepFact, type Proved } from './keepFact.ts';
import { isFixed, listAuthenticators } from './listAuthenticators.ts';
import { noteOtpUse } from './noteUse.ts';
import { type OtpRefusal, refusalOf } from './otpRefusal.ts';
import { type KnownPerson, requireKnown } from './requirePerson.ts';

/** A one-time code as it was typed, and which authenticator it is said to be from. */
export type TypedOtp = { readonly authenticator: AuthenticatorId; readonly code: string };

/**
 * Checks a one-time code against one authenticator of the person who has begun this login, or whose session this is: no
 * form says who that is. What was proved is kept in the pending login.
 * @throws GakumonError `otp-missing`, for what can't be a code, and `otp-used`, which count as no try; `otp-wrong` and
 *   `otp-drift` (`data.minutes`, and `data.slow` 1 or 0), with `data.remaining`, the tries before the login starts again;
 *   `otp-start-again`; `authenticator-throttled` (`data.minutes`); `authenticator-not-found`, also when it was removed
 *   meanwhile; `session-gone` when nobody is known here; `login-revoked`; `store-unavailable`, which counts as no try
 */
export async function acceptOtp(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  typed: TypedOtp,
): Promise<void> {
  const known = await requireKnown(idp, attempt, visitor);
  const proved = await checkTyped(idp, known.person, visitor, typed).catch(async (error) => {
    if (isStartAgain(error)) await startAgain(idp, attempt, visitor, known);
    throw error;
  });
  await keepFact(idp, attempt, visitor, proved);
}

/**
 * The same check of a code, counted in the same way, for no login: nothing is kept of it, and nothing begins again.
 * @throws GakumonError as {@link acceptOtp}
 */
export async function checkTyped(idp: Idp, person: Person, visitor: Visitor, typed: TypedOtp): Promise<Proved> {
  if (parseOtp(typed.code) === undefined) throw new GakumonError('otp-missing');
  const { username } = person;
  const authenticator = await requireTotp(idp, person, typed.authenticator);
  const target = { username, authenticator };
  const counted = await countCode(idp, target);
  const { code } = typed;
  const verdict = await verifyOtp(idp.codes, authenticator, username, code, idp.clock()).catch(async (error) => {
    await giveBack(idp, counted);
    throw error;
  });
  // From here on the code was looked at, and nothing that goes wrong later makes a wrong one count less
  if (verdict.kind !== 'accepted') throw await refuse(idp, { target, counted, verdict, address: visitor.address });
  await countNoMore(idp, counted);
  const used = await noteUse(idp, person, authenticator, { drift: verdict.drift, address: visitor.address });
  return { person, authenticator, traits: used.isShared ? ['shared'] : [] };
}

async function requireTotp(idp: Idp, person: Person, id: AuthenticatorId): Promise<TotpAuthenticator> {
  const found = (await listAuthenticators(idp, person)).find((one) => one.id === id);
  if (found?.kind !== 'totp') throw new GakumonError('authenticator-not-found');
  return found;
}

type Refused = {
  readonly target: Target;
  readonly counted: CountedTry;
  readonly verdict: OtpRefusal;
  readonly address: string;
};

async function refuse(idp: Idp, { target, counted, verdict, address }: Refused): Promise<GakumonError> {
  // Who was too quick for the next code has not guessed, and who sends it again learns only that
  if (verdict.kind === 'used') {
    await giveBack(idp, counted);
    return refusalOf(verdict);
  }
  noteIfHeld(idp, target, counted, address);
  const remaining = remainingOf(counted);
  return remaining > 0 ? refusalOf(verdict, remaining) : new GakumonError('otp-start-again', { detail: verdict.kind });
}

/** @returns the authenticator as it is after this use: what was removed meanwhile proves nothing */
function noteUse(
  idp: Idp,
  person: Person,
  authenticator: TotpAuthenticator,
  use: { readonly drift: number; readonly address: string },
): Promise<TotpAuthenticator> {
  if (isFixed(authenticator)) return Promise.resolve(authenticator);
  return noteOtpUse(idp, person, { id: authenticator.id, ...use });
}

const isStartAgain = (error: unknown): boolean => isGakumonError(error) && error.code === 'otp-start-again';

/**
 * The third wrong code in a row takes what was proved in this login with it, and the person's session in this browser,
 * which would stand in for the password. A session of somebody else here, or of the person elsewhere, is left alone:
 * nobody is signed out by the guesses of others. What can't be taken is told as what is wrong, since the login would not
 * begin again: its next wrong codes count on.
 * @throws GakumonError `store-unavailable`, once everything else was tried
 */
async function startAgain(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  { browser, session: token, address }: Visitor,
  { person, session }: KnownPerson,
): Promise<void> {
  const isOwn = token !== undefined && session?.username === person.username;
  const settled = await Promise.allSettled([
    idp.pendingLogins.remove(attempt.id, browser),
    isOwn ? endSession(idp, token, { actor: 'system', address, detail: 'three wrong one-time codes' }) : undefined,
  ]);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
