import { type TotpAuthenticator, verifyOtp } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { type CountedTry, countCode, forgetCodes, giveBack, noteIfHeld, remainingOf, type Target } from './guessing.ts';
import { keepFact } from './keepFact.ts';
import { isFixed, listAuthenticators } from './listAuthenticators.ts';
import { noteOtpUse } from './noteUse.ts';
import { isOtpRefusal, type OtpRefusal, refusalOf } from './otpRefusal.ts';
import { requirePerson } from './requirePerson.ts';

/** A one-time code as it was typed, and which authenticator it is said to be from. */
export type TypedOtp = { readonly authenticator: AuthenticatorId; readonly code: string };

/**
 * Checks a one-time code against one authenticator of the person who has begun this login, or whose session this is: no
 * form says who that is. What was proved is kept in the pending login.
 * @throws GakumonError `otp-missing`; `otp-wrong`, `otp-used`, `otp-drift` (`data.minutes`, and `data.slow` 1 or 0), all
 *   three with `data.remaining`, the tries before the login starts again; `otp-start-again`; `authenticator-throttled`
 *   (`data.minutes`); `authenticator-not-found`, also when it was removed meanwhile; `session-gone` when nobody is known
 *   here; `login-revoked`; `store-unavailable`, which counts as no try
 */
export async function acceptOtp(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  typed: TypedOtp,
): Promise<void> {
  const person = await requirePerson(idp, attempt, visitor);
  if (typed.code.trim() === '') throw new GakumonError('otp-missing');
  const { username } = person;
  const authenticator = await requireTotp(idp, person, typed.authenticator);
  const target = { username, authenticator };
  const counted = await countCode(idp, target);
  const used = await checkCode(idp, attempt, visitor, { target, counted, code: typed.code }).catch(async (error) => {
    if (!isOtpRefusal(error)) await giveBack(idp, counted);
    throw error;
  });
  await forgetCodes(idp, target);
  await keepFact(idp, attempt, visitor, { username, authenticator, traits: used.isShared ? ['shared'] : [] });
}

async function requireTotp(idp: Idp, person: Person, id: AuthenticatorId): Promise<TotpAuthenticator> {
  const found = (await listAuthenticators(idp, person)).find((one) => one.id === id);
  if (found?.kind !== 'totp') throw new GakumonError('authenticator-not-found');
  return found;
}

type Checked = {
  readonly target: Target & { readonly authenticator: TotpAuthenticator };
  readonly counted: CountedTry;
  readonly code: string;
};

/** @returns the authenticator as it is after this use */
async function checkCode(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { target, counted, code }: Checked,
): Promise<Pick<TotpAuthenticator, 'isShared'>> {
  const { username, authenticator } = target;
  const verdict = await verifyOtp(idp.codes, authenticator, username, code, idp.clock());
  if (verdict.kind !== 'accepted') {
    noteIfHeld(idp, target, counted, visitor.address);
    throw await refuse(idp, attempt, visitor, { verdict, remaining: remainingOf(counted) });
  }
  if (isFixed(authenticator)) return authenticator;
  // Also tells whether it is still there: what was removed meanwhile proves nothing
  return noteOtpUse(idp, username, { id: authenticator.id, drift: verdict.drift, address: visitor.address });
}

/** The third wrong code in a row takes what was proved in this login with it. */
async function refuse(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { verdict, remaining }: { readonly verdict: OtpRefusal; readonly remaining: number },
): Promise<GakumonError> {
  if (remaining > 0) return refusalOf(verdict, remaining);
  await idp.pendingLogins.remove(attempt.id, visitor.browser);
  return new GakumonError('otp-start-again', { detail: verdict.kind });
}
