import { changePasswordAtPortal, forgetOldPassword, passwordNoticeSeen } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { onlyValue } from '../http/formBody.ts';
import { typedPasswords } from '../pages/submitChangePassword.ts';
import { portalPasswordPurpose } from './purposes.ts';
import { goOn, prove, takeForm } from './submitPortalStepUp.ts';

/** The portal's page about a password comes back: a new one, "I have changed it", or "later". */
export async function submitPortalPassword(door: Door, visit: Visit): Promise<void> {
  const { idp } = door.parts;
  const taken = await takeForm(door, visit, portalPasswordPurpose);
  const { form, attempt, visitor } = taken;
  const decision = onlyValue(form, 'decision');
  if (decision === 'accept') await forgetOldPassword(idp, attempt, visitor);
  if (decision === 'accept') return goOn(door, visit, visitor, attempt);
  if (decision === 'decline') return goOn(door, visit, visitor, passwordNoticeSeen(attempt));
  await prove(taken, { on: 'changePassword', way: undefined }, () =>
    changePasswordAtPortal(idp, attempt, visitor, typedPasswords(form)),
  );
}
