import {
  continuePortal,
  formToken,
  openPortalAttempt,
  type PortalAttempt,
  type PortalStep,
  requireFormToken,
  sealPortalAttempt,
  type Visitor,
} from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, portalPath, type Visit, visitorOf } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { pageTexts } from '../messages/index.ts';
import { findLastTry } from '../pages/lastTry.ts';
import { type LoginForm, showLoginForm } from '../pages/showLoginForm.ts';
import { inAskedLanguage } from '../pages/showServices.ts';
import { keepRefusedTry, tryPassword } from '../pages/tryPassword.ts';
import { linkToOtherLanguage } from '../views/showPage.ts';
import { portalLoginPurpose } from './purposes.ts';

const loginPath = `${portalPath}/login`;

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
  const step = await continuePortal(door.parts.idp, attempt, visitor);
  if (step.kind === 'login') askToLogIn(door, visit, visitor, attempt);
  else enterPortal(door, visit, step);
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
  const tried = await tryPassword(door, visit, visitor, attempt, form);
  if (tried.kind === 'unseen') return;
  const step = await continuePortal(idp, attempt, visitor);
  if (step.kind === 'open') {
    enterPortal(door, visit, step);
    return;
  }
  if (tried.kind === 'refused') await keepRefusedTry(door, visit, visitor, attempt, tried);
  redirect(door, visit, `${loginPath}?attempt=${sealPortalAttempt(idp, attempt)}`);
}

/** Shows the login page for the portal, with what became of the last try. */
export function askToLogIn(door: Door, visit: Visit, visitor: Visitor, attempt: PortalAttempt): void {
  const { idp } = door.parts;
  const { login, portal } = pageTexts[visit.language];
  const form: LoginForm = {
    title: `${login.title}: ${portal.title}`,
    action: loginPath,
    forService: false,
    service: { name: portal.title, description: portal.about, informationUrl: undefined },
    toService: portal.toPortal,
    attempt: sealPortalAttempt(idp, attempt),
    csrf: formToken(idp, visitor.browser, portalLoginPurpose(attempt)),
    fresh: false,
  };
  const lastTry = findLastTry(door, visit, attempt);
  showLoginForm(door, visit, visitor, form, lastTry, { languageSwitch: linkToOtherLanguage(visit) });
}

function enterPortal(door: Door, visit: Visit, { begun }: Extract<PortalStep, { kind: 'open' }>): void {
  if (begun !== undefined) door.cookies.setSession(visit.response, begun.token);
  redirect(door, visit, portalPath);
}
