import { normaliseUsername } from '@gakumon/directory';
import {
  acceptPassword,
  cancelSso,
  continueSso,
  openAttempt,
  requireFormToken,
  type SsoAttempt,
  type SsoStep,
  sealAttempt,
  type Visitor,
} from '@gakumon/idp';
import { type ErrorCode, GakumonError, isGakumonError } from '@gakumon/terms';
import { type Door, loginPurpose, type Visit, visitorOf } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { signalHangUp } from '../http/hangUp.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { provePassword } from '../provePassword.ts';
import { keepLastTry, type LastTry } from './lastTry.ts';
import { redirectToAttempt } from './redirectToAttempt.ts';
import { recordRefusal, statusOf } from './showError.ts';
import { showLogin, showNext, showStep } from './showStep.ts';

/** What the person can mend on the login page itself. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'credentials-wrong',
  'credentials-missing',
  'account-disabled',
  'account-throttled',
  'busy',
]);

/** The login form comes back: a password, or a decision to cancel. */
export async function submitLogin(door: Door, visit: Visit): Promise<void> {
  requireOwnPost(door, visit);
  const form = await readForm(visit.request, visit.response);
  const attempt = openAttempt(door.parts.idp, onlyValue(form, 'attempt') ?? '');
  await showNext(door, visit, attempt, () => decideLogin(door, visit, attempt, form));
}

async function decideLogin(door: Door, visit: Visit, attempt: SsoAttempt, form: FormFields): Promise<void> {
  const { idp } = door.parts;
  if (door.cookies.browser(visit.request) === undefined) throw new GakumonError('cookies-missing');
  const visitor = visitorOf(door, visit);
  requireFormToken(idp, visitor.browser, loginPurpose(attempt), onlyValue(form, 'csrf') ?? '');
  if (onlyValue(form, 'decision') === 'decline') {
    await showStep(door, visit, visitor, attempt, await cancelSso(idp, attempt, visitor));
    return;
  }
  const gone = signalHangUp(visit.response);
  const typed = { username: onlyValue(form, 'username') ?? '', password: onlyValue(form, 'password') ?? '' };
  const problem = await provePassword(visit.request, visit.response, typed, (credentials) =>
    acceptPassword(idp, attempt, visitor, credentials, gone),
  ).then(() => undefined, onlyMendable);
  if (gone.aborted) {
    await noteUnseen(door, visit, attempt, typed.username, problem);
    return;
  }
  const step = await continueSso(idp, attempt, visitor);
  if (problem === undefined || step.kind !== 'login') await showStep(door, visit, visitor, attempt, step);
  else await refuseLogin(door, visit, visitor, step, typed.username, problem);
}

/**
 * Nobody waits for the answer. The attempt stays open, for the same person's second try; a guess is in the log all the same,
 * whereas those who hung up in the queue would fill the ring of cases.
 */
async function noteUnseen(
  door: Door,
  visit: Visit,
  attempt: SsoAttempt,
  typedName: string,
  problem: GakumonError | undefined,
): Promise<void> {
  if (problem === undefined || problem.code === 'busy') return;
  await recordRefusal(door, visit, problem, { attempt, username: normaliseUsername(typedName).username });
}

function onlyMendable(error: unknown): GakumonError {
  if (isGakumonError(error) && mendable.has(error.code)) return error;
  throw error;
}

/**
 * Answers a refused login: by way of an address of ours, so that going back and reloading ask nobody whether to send the form
 * again; with the page itself when the attempt is too long for an address.
 */
async function refuseLogin(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  step: Extract<SsoStep, { kind: 'login' }>,
  typedName: string,
  error: GakumonError,
): Promise<void> {
  const { attempt } = step;
  // Not what was typed: a name that cannot be one may be a password in the wrong field.
  const { username } = normaliseUsername(typedName);
  const opened = await recordRefusal(door, visit, error, { attempt, username });
  const { code, data } = error;
  const lastTry: LastTry = { username: typedName, refusal: { code, data, reference: opened?.reference } };
  keepLastTry(door, visit, attempt, visitor, lastTry);
  if (redirectToAttempt(door, visit, sealAttempt(door.parts.idp, attempt))) return;
  showLogin(door, visit, visitor, step, lastTry, statusOf(code));
}
