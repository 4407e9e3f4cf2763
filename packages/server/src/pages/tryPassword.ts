import { normaliseUsername } from '@gakumon/directory';
import { acceptPassword, type SsoAttempt, type Visitor } from '@gakumon/idp';
import { type ErrorCode, type GakumonError, isGakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { signalHangUp } from '../http/hangUp.ts';
import { provePassword } from '../provePassword.ts';
import { keepLastTry, type LastTry } from './lastTry.ts';
import { type ErrorContext, recordRefusal } from './showError.ts';

/** What became of a password that was typed into a login form. */
export type PasswordTry =
  | { readonly kind: 'accepted' }
  /** Refused, and the person can mend it on the login page itself. */
  | { readonly kind: 'refused'; readonly typedName: string; readonly problem: GakumonError }
  /** The visitor has gone: nobody waits for the answer. */
  | { readonly kind: 'unseen' };

/** What the person can mend on the login page itself. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'credentials-wrong',
  'credentials-missing',
  'account-disabled',
  'account-expired',
  'account-left',
  'account-locked',
  'account-not-open',
  'account-throttled',
  'busy',
]);

/**
 * Checks what stands in a login form, whatever the login is for.
 * @param context what the case of a refusal says besides
 * @throws GakumonError for what is not the person's to mend
 */
export async function tryPassword(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  attempt: Pick<SsoAttempt, 'id'>,
  form: FormFields,
  context: ErrorContext = {},
): Promise<PasswordTry> {
  const gone = signalHangUp(visit.response);
  const typed = { username: onlyValue(form, 'username') ?? '', password: onlyValue(form, 'password') ?? '' };
  const problem = await provePassword(visit.request, visit.response, typed, (credentials) =>
    acceptPassword(door.parts.idp, attempt, visitor, credentials, gone),
  ).then(() => undefined, onlyMendable);
  if (gone.aborted) {
    await noteUnseen(door, visit, typed.username, problem, context);
    return { kind: 'unseen' };
  }
  return problem === undefined ? { kind: 'accepted' } : { kind: 'refused', typedName: typed.username, problem };
}

function onlyMendable(error: unknown): GakumonError {
  if (isGakumonError(error) && mendable.has(error.code)) return error;
  throw error;
}

/**
 * Nobody waits for the answer. The attempt stays open, for the same person's second try; a guess is in the log all the same,
 * whereas those who hung up in the queue would fill the ring of cases.
 */
async function noteUnseen(
  door: Door,
  visit: Visit,
  typedName: string,
  problem: GakumonError | undefined,
  context: ErrorContext,
): Promise<void> {
  if (problem === undefined || problem.code === 'busy') return;
  await recordRefusal(door, visit, problem, { ...context, username: normaliseUsername(typedName).username });
}

/** Records a refused try, and keeps it for the login page that is shown next. */
export async function keepRefusedTry(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  attempt: Pick<SsoAttempt, 'id'>,
  { typedName, problem }: Extract<PasswordTry, { kind: 'refused' }>,
  context: ErrorContext = {},
): Promise<LastTry> {
  // Not what was typed: a name that cannot be one may be a password in the wrong field.
  const { username } = normaliseUsername(typedName);
  const opened = await recordRefusal(door, visit, problem, { ...context, username });
  const { code, data } = problem;
  const lastTry: LastTry = { username: typedName, on: 'login', refusal: { code, data, reference: opened?.reference } };
  keepLastTry(door, visit, attempt, visitor, lastTry);
  return lastTry;
}
