import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';

/** The newest facts decide; older ones than these say nothing that they don't. */
export const mostFacts = 50;
/** More services than a person visits in a day; a script that visits ten thousand does not grow its row without end. */
export const mostServiceProviders = 200;

/** Whether a session is before both of its ends: unused for too long, and too old. */
export function isLive(session: SsoSession, now: number): boolean {
  return now < session.idleAt && now < session.expiresAt;
}

/** The session with one more fact at the end of its list. */
export function withFact(session: SsoSession, fact: AuthenticationFact): SsoSession {
  return { ...session, facts: [...session.facts, fact].slice(-mostFacts) };
}

/**
 * The session with this visit last in its list, instead of an earlier visit to the same SP.
 * @param idleAt until when it may lie unused from now on; cut to the session's end
 */
export function withServiceProvider(session: SsoSession, visit: SessionServiceProvider, idleAt: number): SsoSession {
  const others = session.serviceProviders.filter((other) => other.entityId !== visit.entityId);
  return {
    ...session,
    serviceProviders: [...others, visit].slice(-mostServiceProviders),
    // Two answers may arrive here in the other order; an older one must not age the session
    idleAt: Math.max(session.idleAt, Math.min(idleAt, session.expiresAt)),
  };
}
