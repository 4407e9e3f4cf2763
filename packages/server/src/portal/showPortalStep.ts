import {
  beginAssertion,
  formToken,
  type PortalAttempt,
  type PortalStep,
  sealPortalAttempt,
  type Visitor,
} from '@gakumon/idp';
import { type Door, portalPath, type Visit } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { findLastTry } from '../pages/lastTry.ts';
import { showChangePasswordForm } from '../pages/showChangePassword.ts';
import { showStepUpForm } from '../pages/showStepUpForm.ts';
import { showOutOfReach } from '../pages/showUnreachable.ts';
import { askedWay } from '../pages/stepPurpose.ts';
import { rememberBrowser } from '../rememberBrowser.ts';
import { linkToOtherLanguage } from '../views/showPage.ts';
import { askToLogIn } from './askToLogIn.ts';
import { authenticatorsPath } from './authenticators/paths.ts';
import {
  portalPasswordPath,
  portalStepAddress,
  portalStepUpPath,
  portalWebauthnPath,
  wordsOfPage,
} from './portalPages.ts';
import { portalLoginPurpose, portalPasswordPurpose } from './purposes.ts';

type Step<K extends PortalStep['kind']> = Extract<PortalStep, { kind: K }>;

/** Shows what somebody has to prove for a page of ours, or goes on to the page. */
export async function showPortalStep(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  attempt: PortalAttempt,
  step: PortalStep,
): Promise<void> {
  if (step.kind === 'open') enterPortal(door, visit, attempt, step);
  else if (step.kind === 'login') await askToLogIn(door, visit, visitor, step);
  else if (step.kind === 'stepUp') await askToStepUp(door, visit, visitor, step);
  else if (step.kind === 'changePassword') askForNewPassword(door, visit, visitor, step);
  else await letEnrol(door, visit, visitor, step);
}

export function enterPortal(
  door: Door,
  visit: Visit,
  { page }: PortalAttempt,
  { begun, isKnownPlace }: Step<'open'>,
): void {
  if (begun !== undefined) door.cookies.setSession(visit.response, begun.token);
  if (isKnownPlace) rememberBrowser(door, visit);
  redirect(door, visit, page ?? portalPath);
}

/** The page that asks for one of the person's own authenticators, for a page of ours. */
async function askToStepUp(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, stepUp }: Step<'stepUp'>,
): Promise<void> {
  const { idp } = door.parts;
  const { title, toPage } = wordsOfPage(attempt, visit.language);
  const form = {
    forService: false,
    service: title,
    toService: toPage,
    action: portalStepUpPath,
    attempt: sealPortalAttempt(idp, attempt),
    csrf: formToken(idp, visitor.browser, portalLoginPurpose(attempt)),
    stepUp,
    way: askedWay(visit),
    // Who may not even see the portal yet can only leave
    cancelHref: attempt.need === 'manage' ? portalPath : '/',
    passkey: {
      action: portalWebauthnPath,
      csrf: formToken(idp, visitor.browser, portalLoginPurpose(attempt)),
      ask: () => beginAssertion(idp, attempt, visitor, 'second', stepUp),
    },
  };
  const lastTry = findLastTry(door, visit, attempt);
  await showStepUpForm(door, visit, visitor, form, lastTry, { languageSwitch: linkToOtherLanguage(visit) });
}

/** The page that asks for a new password, before a page of ours. */
function askForNewPassword(door: Door, visit: Visit, visitor: Visitor, step: Step<'changePassword'>): void {
  const { idp } = door.parts;
  const { attempt, change } = step;
  const stage = {
    forService: false,
    toService: wordsOfPage(attempt, visit.language).toPage,
    action: portalPasswordPath,
    attempt: sealPortalAttempt(idp, attempt),
    csrf: formToken(idp, visitor.browser, portalPasswordPurpose(attempt)),
  };
  const lastTry = findLastTry(door, visit, attempt);
  showChangePasswordForm(door, visit, stage, change, lastTry, { languageSwitch: linkToOtherLanguage(visit) });
}

/** Who has nothing that the policy wants may make it, on the page for that; who may not is told why nothing goes on. */
async function letEnrol(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, username, reason, mayEnrol }: Step<'unreachable'>,
): Promise<void> {
  if (!mayEnrol || attempt.need === 'manage') {
    const { title, toPage } = wordsOfPage(attempt, visit.language);
    const sealed = sealPortalAttempt(door.parts.idp, attempt);
    await showOutOfReach(door, visit, visitor, {
      // Nobody waits for an answer: there is no form
      stage: { forService: false, toService: toPage, action: '', attempt: sealed, csrf: '' },
      service: title,
      reason,
      attempt,
      context: { portal: attempt, username },
      languageSwitch: linkToOtherLanguage(visit),
    });
    return;
  }
  redirect(door, visit, portalStepAddress(door, { ...attempt, need: 'manage', page: authenticatorsPath }));
}
