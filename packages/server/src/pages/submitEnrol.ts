import { confirmPasskey, confirmTotp, continueSso, findOwner, noticeSeen } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { onlyValue } from '../http/formBody.ts';
import { pageTexts } from '../messages/index.ts';
import { showStep } from './showStep.ts';
import { type StepForm, takeStepForm } from './stepForm.ts';
import { enrolWay } from './stepPurpose.ts';
import { decline, goTo } from './submitStepUp.ts';
import { tryFactor } from './tryFactor.ts';

/** The page of an enrolment in a login comes back: what it shall be, its proof, or "later". */
export const submitEnrol = (door: Door, visit: Visit): Promise<void> =>
  takeStepForm(door, visit, 'enrol', async (taken) => {
    const { form } = taken;
    if (onlyValue(form, 'decision') === 'decline') return putOff(taken);
    const way = onlyValue(form, 'way');
    if (way !== undefined) return goTo(taken, way);
    const kind = onlyValue(form, 'kind') === 'webauthn' ? 'webauthn' : 'totp';
    await tryFactor(taken, { on: `enrol ${kind}`, way: kind }, () => confirm(taken, kind));
  });

async function confirm({ door, visit, visitor, attempt, form }: StepForm, kind: 'totp' | 'webauthn'): Promise<void> {
  const { idp } = door.parts;
  const owner = await findOwner(idp, visitor, attempt);
  const otherwise = pageTexts[visit.language].authenticators.names[kind];
  const value = (name: string): string => onlyValue(form, name) ?? '';
  if (kind === 'totp') await confirmTotp(idp, owner, { code: value('otp'), otherwise });
  else await confirmPasskey(idp, owner, { challenge: value('challenge'), response: value('response'), otherwise });
}

/** Before it is needed, "later" goes on to the service; else back to it. */
async function putOff(taken: StepForm): Promise<void> {
  const { door, attempt, visitor } = taken;
  const step = await continueSso(door.parts.idp, attempt, visitor);
  if (step.kind === 'enrol') await decline(taken);
  else await goOn(taken);
}

/** The page of a notice comes back: set up now, or later. */
export const submitNotice = (door: Door, visit: Visit): Promise<void> =>
  takeStepForm(door, visit, 'notice', async (taken) => {
    if (onlyValue(taken.form, 'decision') === 'accept') await goTo(taken, enrolWay);
    else await goOn(taken);
  });

async function goOn({ door, visit, visitor, attempt: before }: StepForm): Promise<void> {
  const attempt = noticeSeen(before);
  await showStep(door, visit, visitor, attempt, await continueSso(door.parts.idp, attempt, visitor));
}
