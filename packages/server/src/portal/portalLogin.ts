import { continuePortal, openPortalAttempt, requireFormToken } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, portalPath, type Visit, visitorOf } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { inAskedLanguage } from '../pages/showServices.ts';
import { keepRefusedTry, tryPassword } from '../pages/tryPassword.ts';
import { portalStepAddress } from './portalPages.ts';
import { portalLoginPurpose } from './purposes.ts';
import { enterPortal, showPortalStep } from './showPortalStep.ts';

/** The login page again, after a refused try or in the other language. */
export async function showPortalLogin(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const sealed = new URLSearchParams(visit.rawQuery).getAll('attempt');
  if (sealed.length === 0) {
    redirect(door, visit, portalPath);
    return;
  }
  const attempt = openPortalAttempt(door.parts.idp, sealed.length === 1 ? (sealed[0] ?? '') : '');
  const visitor = visitorOf(door, visit);
  await showPortalStep(door, visit, visitor, attempt, await continuePortal(door.parts.idp, attempt, visitor));
}

/** The login form comes back. Nothing in it says where to go afterwards. */
export async function submitPortalLogin(door: Door, visit: Visit): Promise<void> {
  requireOwnPost(door, visit);
  const { idp } = door.parts;
  const form = await readForm(visit.request, visit.response);
  const attempt = openPortalAttempt(idp, onlyValue(form, 'attempt') ?? '');
  if (door.cookies.browser(visit.request) === undefined) throw new GakumonError('cookies-missing');
  const visitor = visitorOf(door, visit);
  requireFormToken(idp, visitor.browser, portalLoginPurpose(attempt), onlyValue(form, 'csrf') ?? '');
  const tried = await tryPassword(door, visit, visitor, attempt, form, { portal: attempt });
  if (tried.kind === 'unseen') return;
  if (tried.kind === 'refused') await keepRefusedTry(door, visit, visitor, attempt, tried, { portal: attempt });
  const step = await continuePortal(idp, attempt, visitor);
  if (step.kind === 'open') enterPortal(door, visit, attempt, step);
  else redirect(door, visit, portalStepAddress(door, attempt));
}
