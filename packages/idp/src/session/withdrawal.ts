import type { AuthenticationFact, AuthenticatorKind } from '@gakumon/mfa';
import type { AuthenticatorId } from '@gakumon/terms';
import type { SsoSession } from '../ports.ts';

/** No authenticator's kind: a release that does not know it counts it for nothing. */
const withdrawn = 'withdrawn' as AuthenticatorKind;

/**
 * Facts are never edited. This one, written behind them, says that what an authenticator proved in this session counts no
 * longer, so that a session which stays when the authenticator goes costs no look at the records at its uses.
 */
export function withdrawalOf(id: AuthenticatorId, at: number, address: string): AuthenticationFact {
  return { authenticator: withdrawn, at, address, passwordVersion: undefined, id };
}

/** A session with the facts that were not withdrawn; an authenticator that was removed never comes back under its id. Pure. */
export function withoutWithdrawn(session: SsoSession): SsoSession {
  const gone = new Set(session.facts.filter(({ authenticator }) => authenticator === withdrawn).map(({ id }) => id));
  if (gone.size === 0) return session;
  return { ...session, facts: session.facts.filter(({ id }) => id === undefined || !gone.has(id)) };
}
