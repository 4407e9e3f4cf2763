import { acceptAssertion, acceptOtp, cancelSso, continueSso, sealAttempt } from '@gakumon/idp';
import type { AuthenticatorId } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { onlyValue } from '../http/formBody.ts';
import { redirectToAttempt } from './redirectToAttempt.ts';
import { showStep } from './showStep.ts';
import { type StepForm, takeStepForm } from './stepForm.ts';
import { passkeyWay } from './stepPurpose.ts';
import { tryFactor } from './tryFactor.ts';

/** The step-up page comes back: a one-time code, another way, or a decision to cancel. */
export const submitStepUp = (door: Door, visit: Visit): Promise<void> =>
  takeStepForm(door, visit, 'step-up', async (taken) => {
    const { form, attempt, visitor } = taken;
    if (onlyValue(form, 'decision') === 'decline') return decline(taken);
    const way = onlyValue(form, 'way');
    if (way !== undefined) return goTo(taken, way);
    const authenticator = (onlyValue(form, 'authenticator') ?? '') as AuthenticatorId;
    const typed = { authenticator, code: onlyValue(form, 'otp') ?? '' };
    await tryFactor(taken, { on: `stepUp ${authenticator}`, way: authenticator }, () =>
      acceptOtp(door.parts.idp, attempt, visitor, typed),
    );
  });

/** The answer of a passkey comes back, on the login page or on the step-up page. */
export const submitPasskey = (door: Door, visit: Visit): Promise<void> =>
  takeStepForm(door, visit, 'webauthn', async (taken) => {
    const { form, attempt, visitor } = taken;
    const answer = { challenge: onlyValue(form, 'challenge') ?? '', response: onlyValue(form, 'response') ?? '' };
    const isFirst = onlyValue(form, 'use') === 'first';
    const tried = isFirst
      ? ({ on: 'login', way: undefined } as const)
      : ({ on: `stepUp ${passkeyWay}`, way: passkeyWay } as const);
    await tryFactor(taken, tried, () => acceptAssertion(door.parts.idp, attempt, visitor, answer));
  });

/** Back to the service, which learns that nobody logged in. */
export async function decline({ door, visit, visitor, attempt }: StepForm): Promise<void> {
  await showStep(door, visit, visitor, attempt, await cancelSso(door.parts.idp, attempt, visitor));
}

/** Shows the page of the login in another way; at an address, where that is short enough. */
export async function goTo({ door, visit, visitor, attempt }: StepForm, way: string): Promise<void> {
  const { idp } = door.parts;
  if (redirectToAttempt(door, visit, sealAttempt(idp, attempt), way)) return;
  const step = await continueSso(idp, attempt, visitor);
  await showStep(door, visit, visitor, attempt, step, { lastTry: undefined, way });
}
