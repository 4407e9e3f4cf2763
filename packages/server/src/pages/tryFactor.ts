import { continueSso, findOwner, type SsoAttempt, sealAttempt, type TriedCase } from '@gakumon/idp';
import { type AuthenticatorId, type ErrorCode, type GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import { keepLastTry, type LastTry, type TriedOn } from './lastTry.ts';
import { redirectToAttempt } from './redirectToAttempt.ts';
import { recordRefusal, statusOf } from './showError.ts';
import { showStep } from './showStep.ts';
import type { StepForm } from './stepForm.ts';
import { passkeyWay } from './stepPurpose.ts';

/** What the person can mend on the pages of the login. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'otp-missing',
  'otp-wrong',
  'otp-used',
  'otp-drift',
  'otp-start-again',
  'totp-begun-anew',
  'passkey-wrong',
  'passkey-unknown',
  'passkey-unverified',
  'passkey-stale',
  'passkey-model',
  'account-disabled',
  'account-expired',
  'account-left',
  'account-locked',
  'account-not-open',
  'account-throttled',
  'authenticator-throttled',
  'authenticator-not-found',
  'authenticator-limit',
  'session-gone',
  'password-current-wrong',
  'password-missing',
  'password-mismatch',
  'password-unchanged',
  'password-too-short',
  'password-like-name',
  'password-too-weak',
  'password-used-before',
  'password-too-young',
  'password-change-refused',
  'busy',
]);
/** After these the login is at another page. */
export const movesOn: ReadonlySet<ErrorCode> = new Set(['otp-start-again', 'session-gone', 'authenticator-not-found']);

/** Where a try was made, and how that page is asked for again. */
export type TriedPage = { readonly on: TriedOn; readonly way: string | undefined };

/**
 * Tries to prove something, or to enrol it, and shows what comes next. A refusal that the person can mend is shown by way
 * of an address of ours, so that going back and reloading ask nobody whether to send the form again.
 * @throws GakumonError for what is not the person's to mend
 */
export async function tryFactor(taken: StepForm, tried: TriedPage, prove: () => Promise<unknown>): Promise<void> {
  const { door, visit, visitor, attempt } = taken;
  // A refusal may take with it what tells whose it was
  const username = await whose(taken);
  const problem = await prove().then(() => undefined, onlyMendable);
  if (problem !== undefined) return refuse(taken, tried, problem, username);
  await showStep(door, visit, visitor, attempt, await continueSso(door.parts.idp, attempt, visitor));
}

export function onlyMendable(error: unknown): GakumonError {
  if (isGakumonError(error) && mendable.has(error.code)) return error;
  throw error;
}

/** Whose login it is. @returns undefined for somebody who has proved nothing yet */
export async function whose({
  door,
  visitor,
  attempt,
}: Pick<StepForm, 'door' | 'visitor'> & { readonly attempt: Pick<SsoAttempt, 'id'> }): Promise<Username | undefined> {
  try {
    return (await findOwner(door.parts.idp, visitor, attempt)).person.username;
  } catch (error) {
    if (isGakumonError(error) && error.code === 'session-gone') return undefined;
    throw error;
  }
}

/** What a page was about, for the case. */
export function triedOn(on: TriedOn): TriedCase {
  const [what, which] = on.split(' ');
  if (what === 'enrol') return { during: 'setting-up' };
  return what === 'stepUp' && which !== passkeyWay ? { authenticator: which as AuthenticatorId } : {};
}

async function refuse(
  taken: StepForm,
  { on, way }: TriedPage,
  problem: GakumonError,
  username: Username | undefined,
): Promise<void> {
  const { door, visit, visitor, attempt } = taken;
  const { idp } = door.parts;
  const { code, data } = problem;
  const opened = await recordRefusal(door, visit, problem, { attempt, username, tried: triedOn(on) });
  const refusal = { code, data, reference: opened?.reference };
  const lastTry: LastTry = { username: username ?? '', on: movesOn.has(code) ? undefined : on, refusal };
  keepLastTry(door, visit, attempt, visitor, lastTry);
  if (redirectToAttempt(door, visit, sealAttempt(idp, attempt), way)) return;
  const step = await continueSso(idp, attempt, visitor);
  await showStep(door, visit, visitor, attempt, step, { lastTry, way, status: statusOf(code) });
}
