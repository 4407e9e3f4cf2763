import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionToken } from '@gakumon/terms';
import { isUsable, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import { tokenHash } from '../tokenHash.ts';
import type { ExpiringMap } from './expiringMap.ts';

/** SSO sessions in memory. No step awaits between reading and writing, which makes each of them atomic. */
export function createMemorySsoSessions(sessions: ExpiringMap<SsoSession>, clock: Clock): SsoSessions {
  const change = (token: SessionToken, edit: (session: SsoSession) => SsoSession): SsoSession | undefined => {
    const now = clock();
    const key = tokenHash(token);
    const session = sessions.get(key, now);
    if (session === undefined) return undefined;
    const next = edit(session);
    sessions.set(key, next, next.expiresAt, now);
    return next;
  };
  return {
    async find(token, now, idle) {
      const session = sessions.get(tokenHash(token), now);
      return session !== undefined && isUsable(session, now, idle) ? session : undefined;
    },
    async create(token, session) {
      const key = tokenHash(token);
      if (sessions.get(key, clock()) !== undefined) {
        throw new GakumonError('internal', { detail: 'a session token was given out twice' });
      }
      sessions.set(key, structuredClone(session), session.expiresAt, clock());
    },
    appendFact: async (token, fact) => change(token, (session) => withFact(session, fact)),
    appendServiceProvider: async (token, sp) => change(token, (session) => withServiceProvider(session, sp)),
    async revoke(token) {
      const key = tokenHash(token);
      const session = sessions.get(key, clock());
      sessions.delete(key);
      return session;
    },
    async listOfPerson(username, now) {
      const own = sessions.values(now).filter((session) => session.username === username);
      return own.sort((a, b) => a.createdAt - b.createdAt);
    },
  };
}
