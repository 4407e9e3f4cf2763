import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';

/** The newest facts decide; older ones than these say nothing that they don't. */
const mostFacts = 50;
/** More services than a person visits in a day; a script that visits ten thousand does not grow its row without end. */
const mostServiceProviders = 200;

/** Whether a session is before its absolute end. */
export function isLive(session: SsoSession, now: number): boolean {
  return now < session.expiresAt;
}

/** Whether a session is live and was used within the last `idle` milliseconds. */
export function isUsable(session: SsoSession, now: number, idle: number): boolean {
  return isLive(session, now) && now - session.usedAt < idle;
}

/** The session with one more fact at the end of its list. */
export function withFact(session: SsoSession, fact: AuthenticationFact): SsoSession {
  return { ...session, facts: [...session.facts, fact].slice(-mostFacts) };
}

/** The session with this visit last in its list, instead of an earlier visit to the same SP. */
export function withServiceProvider(session: SsoSession, visit: SessionServiceProvider): SsoSession {
  const others = session.serviceProviders.filter((other) => other.entityId !== visit.entityId);
  return {
    ...session,
    serviceProviders: [...others, visit].slice(-mostServiceProviders),
    // Two answers may arrive here in the other order; an older one must not age the session
    usedAt: Math.max(session.usedAt, visit.at),
  };
}
