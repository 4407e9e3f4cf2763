import {
  cancelSso,
  continueSso,
  openAttempt,
  requireFormToken,
  type SsoAttempt,
  type SsoStep,
  sealAttempt,
  type Visitor,
} from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, loginPurpose, type Visit, visitorOf } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { redirectToAttempt } from './redirectToAttempt.ts';
import { statusOf } from './showError.ts';
import { showLogin, showNext, showStep } from './showStep.ts';
import { keepRefusedTry, type PasswordTry, tryPassword } from './tryPassword.ts';

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
  const tried = await tryPassword(door, visit, visitor, attempt, form, { attempt });
  if (tried.kind === 'unseen') return;
  const step = await continueSso(idp, attempt, visitor);
  if (tried.kind === 'accepted' || step.kind !== 'login') await showStep(door, visit, visitor, attempt, step);
  else await refuseLogin(door, visit, visitor, step, tried);
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
  tried: Extract<PasswordTry, { kind: 'refused' }>,
): Promise<void> {
  const { attempt } = step;
  const lastTry = await keepRefusedTry(door, visit, visitor, attempt, tried, { attempt });
  if (redirectToAttempt(door, visit, sealAttempt(door.parts.idp, attempt))) return;
  await showLogin(door, visit, visitor, step, lastTry, statusOf(tried.problem.code));
}
