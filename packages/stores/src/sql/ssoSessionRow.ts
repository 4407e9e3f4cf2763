import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { Tables } from './tables.ts';

/** A row as the session that it holds. */
export function toSsoSession(row: Tables['sso_sessions']): SsoSession {
  return {
    username: row.username as Username,
    facts: JSON.parse(row.facts) as AuthenticationFact[],
    serviceProviders: JSON.parse(row.service_providers) as SessionServiceProvider[],
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
  };
}

/** The columns that change while a session lives; its person and its end never do. */
export function toChanges(session: SsoSession) {
  return {
    facts: JSON.stringify(session.facts),
    service_providers: JSON.stringify(session.serviceProviders),
    used_at: session.usedAt,
  };
}
