import type { SessionToken } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoSession } from '../ports.ts';
import { type Chronicle, type Ending, noteEnd } from './history.ts';
import { sessionIdOf } from './sessionId.ts';

/**
 * Ends the session of a cookie here; the SPs keep their own.
 * @returns the session as it was, or undefined when there was none
 * @throws GakumonError `store-unavailable`
 */
export async function endSession(
  idp: Pick<Idp, 'sessions'> & Chronicle,
  token: SessionToken,
  ending: Ending = { actor: 'person' },
): Promise<SsoSession | undefined> {
  const session = await idp.sessions.revoke(sessionIdOf(token));
  if (session !== undefined) noteEnd(idp, { username: session.username, session: session.id }, ending);
  return session;
}

/** Ends a session that counts for nothing any more. */
export async function dropSession(
  idp: Pick<Idp, 'sessions'> & Chronicle,
  { id, username }: SsoSession,
  reason: string,
): Promise<void> {
  const ended = await idp.sessions.revoke(id);
  if (ended !== undefined) noteEnd(idp, { username, session: id }, { actor: 'system', detail: reason });
}
