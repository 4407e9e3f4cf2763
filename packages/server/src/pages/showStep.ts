import { formToken, type SsoAttempt, type SsoStep, sealAttempt, type Visitor } from '@gakumon/idp';
import { type ErrorCode, GakumonError } from '@gakumon/terms';
import { type Door, loginPurpose, type Visit } from '../door.ts';
import { errorMessages, fillPlaceholders, pageTexts } from '../messages/index.ts';
import { nameOf } from '../views/serviceCatalogue.ts';
import { viewService } from '../views/serviceViews.ts';
import { showPage } from '../views/showPage.ts';
import { findLastTry, type LastTry } from './lastTry.ts';
import { recordRefusal, showError } from './showError.ts';
import { type LoginForm, showLoginForm } from './showLoginForm.ts';

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
): Promise<void> {
  if (step.kind === 'login') showLogin(door, visit, visitor, step, findLastTry(door, visit, attempt));
  else if (step.kind === 'answered') showAnswered(door, visit, attempt, step);
  else if (step.kind === 'deliver') await showDelivery(door, visit, attempt, step);
  else throw new GakumonError('internal', { detail: `no page yet for ${step.kind}` });
}

/** The login page of a service. */
export function showLogin(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, serviceProvider, fresh }: Step<'login'>,
  lastTry: LastTry | undefined,
  status = 200,
): void {
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
  };
  showLoginForm(door, visit, visitor, form, lastTry, { status, languageSwitch: { kind: 'form', attempt: sealed } });
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
