import { endSessionsOfPerson, type HistoryEvent, resetAuthenticators } from '@gakumon/idp';
import type { Authenticator } from '@gakumon/mfa';
import { type AuthenticatorId, isGakumonError, type Username } from '@gakumon/terms';
import type { OpenStaffIdp } from '../stores/openStaffIdp.ts';
import { authenticatorsKind } from './sealedAuthenticators.ts';

/** What was taken away. */
export type StaffReset = {
  readonly removed: readonly Authenticator[];
  /** How many sessions were ended with them. */
  readonly ended: number;
  /** Whether there was a record that no key opens, which is gone now. */
  readonly wasUnopenable: boolean;
};

/**
 * Takes away somebody's authenticators for staff, and ends the sessions that were proved with them. Of all of them, a
 * record that no key opens goes too: it kept the person out, and nothing else brings them in again.
 * @param only the one; undefined: all
 * @throws GakumonError `store-unavailable`: repeat it; `secret-unopenable` where only one is to go
 */
export async function resetByStaff(
  { idp, sealed }: Pick<OpenStaffIdp, 'idp' | 'sealed'>,
  username: Username,
  ending: Parameters<typeof resetAuthenticators>[2],
  only?: AuthenticatorId,
): Promise<StaffReset> {
  let ended = 0;
  const append = (event: HistoryEvent): void => {
    if (event.kind === 'session-ended') ended += 1;
    idp.history.append(event);
  };
  try {
    const removed = await resetAuthenticators({ ...idp, history: { append } }, username, ending, only);
    return { removed, ended, wasUnopenable: false };
  } catch (error) {
    if (only !== undefined || !isGakumonError(error) || error.code !== 'secret-unopenable') throw error;
  }
  await sealed.remove(authenticatorsKind, username);
  // Nobody can tell which of the sessions were proved with what was in it
  const detail = `${ending.detail}; authenticators that no key opens were removed`;
  const all = await endSessionsOfPerson(idp, username, { ...ending, detail });
  return { removed: [], ended: all.length, wasUnopenable: true };
}
