import type { Idp } from '../idp.ts';
import type { PendingLogin, SsoSession } from '../ports.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/** What is known about the visitor: progress of this very attempt in this very browser, and the SSO session. */
export type KnownProofs = { readonly attempt: PendingLogin | undefined; readonly session: SsoSession | undefined };

/** Looks up what the visitor's cookies stand for. */
export async function findProofs(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<KnownProofs> {
  const now = idp.clock();
  const [pending, session] = await Promise.all([
    idp.pendingLogins.find(attempt.id, visitor.browser),
    visitor.session === undefined ? undefined : idp.sessions.find(visitor.session, now, idp.lifetimes.idle),
  ]);
  return { attempt: pending !== undefined && pending.expiresAt > now ? pending : undefined, session };
}
