import { changePasswordAtLogin, continueSso, forgetOldPassword, passwordNoticeSeen } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { showStep } from './showStep.ts';
import { type StepForm, takeStepForm } from './stepForm.ts';
import { decline } from './submitStepUp.ts';
import { tryFactor } from './tryFactor.ts';

/** The page about a password comes back: a new one, "I have changed it", or "later" or a decision to cancel. */
export const submitChangePassword = (door: Door, visit: Visit): Promise<void> =>
  takeStepForm(door, visit, 'change-password', async (taken) => {
    const { attempt, visitor, form } = taken;
    const decision = onlyValue(form, 'decision');
    if (decision === 'decline') return putOff(taken);
    if (decision === 'accept') return logInAnew(taken);
    await tryFactor(taken, { on: 'changePassword', way: undefined }, () =>
      changePasswordAtLogin(door.parts.idp, attempt, visitor, typedPasswords(form)),
    );
  });

/** What stands in the fields of the page. */
export function typedPasswords(form: FormFields) {
  const value = (name: string): string => onlyValue(form, name) ?? '';
  return { current: value('currentPassword'), next: value('newPassword'), again: value('newPasswordAgain') };
}

/** Where the password may wait, "later" goes on to the service; else back to it. */
async function putOff(taken: StepForm): Promise<void> {
  const { door, visit, visitor } = taken;
  const attempt = passwordNoticeSeen(taken.attempt);
  const step = await continueSso(door.parts.idp, attempt, visitor);
  if (step.kind === 'changePassword') await decline(taken);
  else await showStep(door, visit, visitor, attempt, step);
}

async function logInAnew({ door, visit, visitor, attempt }: StepForm): Promise<void> {
  const { idp } = door.parts;
  await forgetOldPassword(idp, attempt, visitor);
  await showStep(door, visit, visitor, attempt, await continueSso(idp, attempt, visitor));
}
