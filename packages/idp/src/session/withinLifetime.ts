import type { Clock } from '@gakumon/terms';
import type { SsoSession, SsoSessions } from '../ports.ts';

/**
 * A session as it counts: never for longer than sessions may last now, whatever end its store tells. So a lifetime that
 * was made shorter holds at once, and an end that somebody wrote into the store counts for nothing. Pure.
 * @param lifetime milliseconds
 * @returns undefined when it is over
 */
export function withinLifetime(session: SsoSession, lifetime: number, now: number): SsoSession | undefined {
  const expiresAt = Math.min(session.expiresAt, session.createdAt + lifetime);
  const idleAt = Math.min(session.idleAt, expiresAt);
  return now < idleAt ? { ...session, idleAt, expiresAt } : undefined;
}

/** Sessions whose every reader sees them `withinLifetime`. */
export function limitSessions(sessions: SsoSessions, lifetime: number, clock: Clock): SsoSessions {
  const limit = (session: SsoSession | undefined, now = clock()): SsoSession | undefined =>
    session && withinLifetime(session, lifetime, now);
  return {
    find: async (id, now) => limit(await sessions.find(id, now), now),
    create: (session) => sessions.create(session),
    appendFact: async (id, fact) => limit(await sessions.appendFact(id, fact)),
    appendServiceProvider: async (id, visit, idleAt) => limit(await sessions.appendServiceProvider(id, visit, idleAt)),
    revoke: async (id) => limit(await sessions.revoke(id)),
    listOfPerson: async (username, now) =>
      (await sessions.listOfPerson(username, now)).flatMap((session) => limit(session, now) ?? []),
  };
}
