import { GakumonError } from '@gakumon/terms';
import { acceptNewPassword } from '../account/acceptNewPassword.ts';
import type { TypedPasswords } from '../account/checkNewPassword.ts';
import type { Idp } from '../idp.ts';
import type { Visitor } from '../types.ts';
import { entranceOf, lookAtPortal } from './continuePortal.ts';
import type { PortalAttempt } from './portalAttempt.ts';

/**
 * A new password on the way to the pages about oneself.
 * @throws GakumonError as `acceptNewPassword` does
 */
export async function changePasswordAtPortal(
  idp: Idp,
  attempt: PortalAttempt,
  visitor: Visitor,
  typed: TypedPasswords,
): Promise<void> {
  const look = entranceOf(attempt, await lookAtPortal(idp, attempt, visitor));
  if (look === undefined) throw new GakumonError('session-gone');
  await acceptNewPassword(idp, attempt, visitor, look, typed);
}
