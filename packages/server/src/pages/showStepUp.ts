import { beginAssertion, formToken, type SsoStep, sealAttempt, type Visitor } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import { nameOf } from '../views/serviceCatalogue.ts';
import type { LastTry } from './lastTry.ts';
import { showStepUpForm } from './showStepUpForm.ts';
import { type StepPage, stepAction, stepPurpose } from './stepPurpose.ts';

type ServiceStep = Pick<Extract<SsoStep, { kind: 'stepUp' }>, 'attempt' | 'serviceProvider'>;

/** What every page of a login to a service has. */
export function stageOf(door: Door, visit: Visit, visitor: Visitor, step: ServiceStep, page: StepPage) {
  const { idp } = door.parts;
  const { attempt, serviceProvider } = step;
  const service = nameOf(serviceProvider, visit.language);
  return {
    service,
    stage: {
      forService: true,
      toService: fillPlaceholders(pageTexts[visit.language].login.toService, { service }),
      action: stepAction[page],
      attempt: sealAttempt(idp, attempt),
      csrf: formToken(idp, visitor.browser, stepPurpose(page, attempt)),
    },
  };
}

/** How a page is shown: what became of the last try, and which of several ways is asked for. */
export type Showing = {
  readonly lastTry: LastTry | undefined;
  readonly way: string | undefined;
  readonly status?: number | undefined;
};

/** The page that asks for a second factor for a service. */
export async function showStepUp(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  step: Extract<SsoStep, { kind: 'stepUp' }>,
  { lastTry, way, status = 200 }: Showing,
): Promise<void> {
  const { idp } = door.parts;
  const { attempt, stepUp } = step;
  const { service, stage } = stageOf(door, visit, visitor, step, 'step-up');
  const passkey = {
    action: stepAction.webauthn,
    csrf: formToken(idp, visitor.browser, stepPurpose('webauthn', attempt)),
    ask: () => beginAssertion(idp, attempt, visitor, 'second', stepUp),
  };
  const form = { ...stage, service, stepUp, way, passkey, cancelHref: '/' };
  const languageSwitch = { kind: 'form', attempt: stage.attempt } as const;
  await showStepUpForm(door, visit, visitor, form, lastTry, { languageSwitch, status });
}
