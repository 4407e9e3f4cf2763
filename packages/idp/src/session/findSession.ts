import type { SessionId, SessionToken, Username } from '@gakumon/terms';
import { withoutRemovedFixed } from '../factors/withoutRemoved.ts';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { provedVersion } from '../login/provedVersion.ts';
import type { SsoSession } from '../ports.ts';
import { dropSession } from './endSession.ts';
import { sessionIdOf } from './sessionId.ts';
import { standingOfSession } from './standingOf.ts';
import { withoutWithdrawn } from './withdrawal.ts';

/**
 * The session of a cookie, if it lives and its person may still use it; with the facts that still count. One that has
 * fallen is ended.
 * @throws GakumonError `store-unavailable`
 */
export async function findSession(
  idp: Pick<Idp, 'sessions' | 'clock' | 'isRevoked' | 'directories' | 'history' | 'newId'>,
  token: SessionToken,
): Promise<SsoSession | undefined> {
  const session = await findUnrevoked(idp, sessionIdOf(token));
  if (session === undefined) return undefined;
  const person = await findPerson(idp, session.username, provedVersion(session.facts));
  const facts = await withoutRemovedFixed(idp, session.facts, person);
  const standing = standingOfSession(facts, person, idp.directories());
  if (standing.kind === 'stands') return { ...session, facts: standing.facts };
  await dropSession(idp, session, standing.reason);
  return undefined;
}

/** A live session. One that is revoked and still there (a fail-over of its store may bring it back) is absent. */
export async function findUnrevoked(
  idp: Pick<Idp, 'sessions' | 'clock' | 'isRevoked'>,
  id: SessionId,
): Promise<SsoSession | undefined> {
  const session = await idp.sessions.find(id, idp.clock());
  if (session === undefined || !idp.isRevoked(session)) return session && withoutWithdrawn(session);
  // Only housekeeping: it is refused wherever it turns up
  await idp.sessions.revoke(id).catch(() => undefined);
  return undefined;
}

/** The sessions of a person that live, oldest first. */
export async function listSessions(
  idp: Pick<Idp, 'sessions' | 'clock' | 'isRevoked'>,
  username: Username,
): Promise<readonly SsoSession[]> {
  const sessions = await idp.sessions.listOfPerson(username, idp.clock());
  return sessions.filter((session) => !idp.isRevoked(session)).map(withoutWithdrawn);
}
