import { requireServiceProvider } from '../door/requireServiceProvider.ts';
import type { Idp } from '../idp.ts';
import { lookAtLogin, wantedBy } from '../stepUp/lookAtLogin.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { acceptNewPassword } from './acceptNewPassword.ts';
import type { TypedPasswords } from './checkNewPassword.ts';

/**
 * A new password in the login to a service.
 * @throws GakumonError as {@link acceptNewPassword} does
 */
export async function changePasswordAtLogin(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  typed: TypedPasswords,
): Promise<void> {
  const serviceProvider = await requireServiceProvider(idp, attempt.request.serviceProvider);
  const look = await lookAtLogin(idp, wantedBy(attempt, serviceProvider), visitor);
  await acceptNewPassword(idp, attempt, visitor, look, typed);
}

/**
 * The person says that they have changed it elsewhere: what was proved with the old one is forgotten, and they log in with
 * the new one, of which the directory says anew how it stands.
 */
export async function forgetOldPassword(
  idp: Pick<Idp, 'pendingLogins'>,
  attempt: Pick<SsoAttempt, 'id'>,
  { browser }: Pick<Visitor, 'browser'>,
): Promise<void> {
  await idp.pendingLogins.remove(attempt.id, browser);
}
