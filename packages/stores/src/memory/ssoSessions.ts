import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionId } from '@gakumon/terms';
import { isLive, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import type { ExpiringMap } from './expiringMap.ts';

/** SSO sessions in memory. No step awaits between reading and writing, which makes each of them atomic. */
export function createMemorySsoSessions(sessions: ExpiringMap<SsoSession>, clock: Clock): SsoSessions {
  const keep = (session: SsoSession, now: number): void =>
    sessions.set(session.id, session, Math.min(session.idleAt, session.expiresAt), now);
  const change = (id: SessionId, edit: (session: SsoSession) => SsoSession): SsoSession | undefined => {
    const now = clock();
    const session = sessions.get(id, now);
    if (session === undefined) return undefined;
    const next = edit(session);
    keep(next, now);
    return next;
  };
  return {
    find: async (id, now) => sessions.get(id, now),
    async create(session) {
      const now = clock();
      if (sessions.get(session.id, now) !== undefined) {
        throw new GakumonError('internal', { detail: 'a session token was given out twice' });
      }
      keep(structuredClone(session), now);
    },
    appendFact: async (id, fact) => change(id, (session) => withFact(session, fact)),
    appendServiceProvider: async (id, visit, idleAt) =>
      change(id, (session) => withServiceProvider(session, visit, idleAt)),
    async revoke(id) {
      const session = sessions.get(id, clock());
      sessions.delete(id);
      return session;
    },
    async listOfPerson(username, now) {
      const own = sessions.values(now).filter((session) => session.username === username && isLive(session, now));
      return own.sort((a, b) => a.createdAt - b.createdAt);
    },
  };
}
