import type { SessionToken } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoSession } from '../ports.ts';

/** Ends a session here; the SPs keep their own. @returns the session as it was, or undefined when there was none */
export async function endSession(idp: Pick<Idp, 'sessions'>, token: SessionToken): Promise<SsoSession | undefined> {
  return idp.sessions.revoke(token);
}

/** The session of a cookie, if it lives. */
export async function findSession(
  idp: Pick<Idp, 'sessions' | 'clock' | 'lifetimes'>,
  token: SessionToken,
): Promise<SsoSession | undefined> {
  return idp.sessions.find(token, idp.clock(), idp.lifetimes.idle);
}
