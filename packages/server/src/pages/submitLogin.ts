import { normaliseUsername } from '@gakumon/directory';
import { acceptPassword, cancelSso, continueSso, openAttempt, requireFormToken, type SsoAttempt } from '@gakumon/idp';
import { type ErrorCode, GakumonError, isGakumonError } from '@gakumon/terms';
import { type Door, loginPurpose, type Visit, visitorOf } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import { provePassword } from '../provePassword.ts';
import { messageOf, recordRefusal, statusOf } from './showError.ts';
import { type LastTry, showLogin, showNext, showStep } from './showStep.ts';

/** What the person can mend on the login page itself. A wrong password is answered with 401, which no browser turns into a dialog without WWW-Authenticate. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'credentials-wrong',
  'credentials-missing',
  'account-throttled',
  'busy',
]);
/** Those of them where looking at the fields helps. */
const aboutFields: ReadonlySet<ErrorCode> = new Set(['credentials-wrong', 'credentials-missing']);

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
    await showStep(door, visit, visitor, attempt, await cancelSso(idp, attempt));
    return;
  }
  const typed = { username: onlyValue(form, 'username') ?? '', password: onlyValue(form, 'password') ?? '' };
  const problem = await provePassword(visit.request, visit.response, typed, (credentials) =>
    acceptPassword(idp, attempt, visitor, credentials),
  ).then(() => undefined, onlyMendable);
  const step = await continueSso(idp, attempt, visitor);
  if (problem === undefined || step.kind !== 'login') await showStep(door, visit, visitor, attempt, step);
  else showLogin(door, visit, visitor, step, await explainProblem(door, visit, attempt, typed.username, problem));
}

function onlyMendable(error: unknown): GakumonError {
  if (isGakumonError(error) && mendable.has(error.code)) return error;
  throw error;
}

async function explainProblem(
  door: Door,
  visit: Visit,
  attempt: SsoAttempt,
  username: string,
  error: GakumonError,
): Promise<LastTry> {
  const shown = username.slice(0, 128);
  // Not what was typed: a name that cannot be one may be a password in the wrong field.
  const { username: normalised } = normaliseUsername(username);
  const opened = await recordRefusal(door, visit, error, { attempt, username: normalised });
  const t = pageTexts[visit.language].login;
  return {
    username: shown,
    status: statusOf(error.code),
    problem: {
      message: messageOf(error, visit.language),
      hint: error.data.mailHint === 1 ? t.mailHint : undefined,
      reference: fillPlaceholders(t.reference, { reference: opened?.reference ?? '' }),
      fields: aboutFields.has(error.code),
    },
  };
}
