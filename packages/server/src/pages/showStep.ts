import { beginAssertion, formToken, type SsoAttempt, type SsoStep, sealAttempt, type Visitor } from '@gakumon/idp';
import { type ErrorCode, GakumonError } from '@gakumon/terms';
import { type Door, loginPurpose, type Visit } from '../door.ts';
import { errorMessages, fillPlaceholders, pageTexts } from '../messages/index.ts';
import { rememberBrowser } from '../rememberBrowser.ts';
import { nameOf } from '../views/serviceCatalogue.ts';
import { viewService } from '../views/serviceViews.ts';
import { showPage } from '../views/showPage.ts';
import type { LastTry } from './lastTry.ts';
import { showChangePassword } from './showChangePassword.ts';
import { showEnrol } from './showEnrol.ts';
import { recordRefusal, showError } from './showError.ts';
import { type LoginForm, showLoginForm } from './showLoginForm.ts';
import { showNoAccess } from './showNoAccess.ts';
import { showNotice } from './showNotice.ts';
import { type Showing, showStepUp } from './showStepUp.ts';
import { showUnreachable } from './showUnreachable.ts';
import { stepAction, stepPurpose } from './stepPurpose.ts';

type Step<K extends SsoStep['kind']> = Extract<SsoStep, { kind: K }>;

/** Refusals that happen all day long and need no looking up. */
const everyday: ReadonlySet<ErrorCode> = new Set(['no-passive', 'login-cancelled']);

/** Decides what comes next for an attempt and shows it; what goes wrong on the way is told with the attempt in hand. */
export async function showNext(
  door: Door,
  visit: Visit,
  attempt: SsoAttempt,
  decide: () => Promise<void>,
): Promise<void> {
  try {
    await decide();
  } catch (error) {
    await showError(door, visit, error, { attempt });
  }
}

/** Shows one step of a sign-on. */
export async function showStep(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  attempt: SsoAttempt,
  step: SsoStep,
  showing: Showing = { lastTry: undefined, way: undefined },
): Promise<void> {
  if (step.kind === 'login') await showLogin(door, visit, visitor, step, showing.lastTry, showing.status);
  else if (step.kind === 'stepUp') await showStepUp(door, visit, visitor, step, showing);
  else if (step.kind === 'enrol') {
    const { enrolment, ...of } = step;
    await showEnrol(door, visit, visitor, { ...of, ...enrolment, mayWait: false }, showing);
  } else if (step.kind === 'unreachable') await showUnreachable(door, visit, visitor, step);
  else if (step.kind === 'notice') await showNotice(door, visit, visitor, step, showing);
  else if (step.kind === 'changePassword') showChangePassword(door, visit, visitor, step, showing);
  else if (step.kind === 'noAccess') await showNoAccess(door, visit, visitor, step);
  else if (step.kind === 'answered') showAnswered(door, visit, attempt, step);
  else await showDelivery(door, visit, attempt, step);
}

/** The login page of a service. */
export async function showLogin(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, serviceProvider, fresh, withPasskey }: Step<'login'>,
  lastTry: LastTry | undefined,
  status = 200,
): Promise<void> {
  const { idp } = door.parts;
  const sealed = sealAttempt(idp, attempt);
  const t = pageTexts[visit.language].login;
  const service = viewService(idp, serviceProvider, visit.language);
  const form: LoginForm = {
    title: `${t.title}: ${service.name}`,
    action: '/idp/login',
    forService: true,
    service,
    toService: fillPlaceholders(t.toService, { service: service.name }),
    attempt: sealed,
    csrf: formToken(idp, visitor.browser, loginPurpose(attempt)),
    fresh,
    passkey: withPasskey ? await askForPasskey(door, attempt, visitor) : undefined,
  };
  showLoginForm(door, visit, visitor, form, lastTry, { status, languageSwitch: { kind: 'form', attempt: sealed } });
}

async function askForPasskey(door: Door, attempt: SsoAttempt, visitor: Visitor): Promise<LoginForm['passkey']> {
  const { idp } = door.parts;
  return {
    action: stepAction.webauthn,
    csrf: formToken(idp, visitor.browser, stepPurpose('webauthn', attempt)),
    request: await beginAssertion(idp, attempt, visitor, 'first'),
  };
}

async function showDelivery(door: Door, visit: Visit, attempt: SsoAttempt, step: Step<'deliver'>): Promise<void> {
  const { language } = visit;
  const { refusal, refusalDetail, delivery } = step;
  if (refusal !== undefined && !everyday.has(refusal)) {
    const why = refusalDetail === undefined ? {} : { detail: refusalDetail };
    await recordRefusal(door, visit, new GakumonError(refusal, why), { attempt });
  } else if (refusal !== undefined) {
    door.parts.metrics.tally.refused(refusal);
  }
  if (refusal === undefined) door.parts.metrics.tally.signedOn();
  if (step.isKnownPlace) rememberBrowser(door, visit);
  if (step.session !== undefined) door.cookies.setSession(visit.response, step.session.token);
  const t = pageTexts[language].deliver;
  const service = nameOf(step.serviceProvider, language);
  showPage(door, visit, {
    template: 'deliver',
    title: fillPlaceholders(refusal === undefined ? t.title : t.titleBack, { service }),
    action: delivery.assertionConsumerService,
    samlResponse: delivery.samlResponse,
    relayState: delivery.relayState,
    refusal: refusal === undefined ? undefined : errorMessages[language][refusal],
  });
}

function showAnswered(door: Door, visit: Visit, attempt: SsoAttempt, step: Step<'answered'>): void {
  if (step.session !== undefined) door.cookies.setSession(visit.response, step.session.token);
  const t = pageTexts[visit.language].answered;
  const service = nameOf(step.serviceProvider, visit.language);
  const next = fillPlaceholders(step.isSignedIn ? t.signedIn : t.signedOut, { service });
  const page = { template: 'answered', title: t.title, next, href: step.continueAt } as const;
  const languageSwitch = { kind: 'form', attempt: sealAttempt(door.parts.idp, attempt) } as const;
  showPage(door, visit, page, { languageSwitch });
}
