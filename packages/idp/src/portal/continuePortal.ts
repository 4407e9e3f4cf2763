import { decideAuthn, requiredContext } from '@gakumon/mfa';
import { GakumonError, type Person, type SessionId, type SessionToken } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findProofs, proofsOf, refuseRevoked } from '../session/findProofs.ts';
import { noteSignOn } from '../session/history.ts';
import { chooseSession, keepSession } from '../session/keepSession.ts';
import type { Visitor } from '../types.ts';
import type { PortalAttempt } from './portalAttempt.ts';

/** What somebody has to be shown next who wants to see the pages about themselves. */
export type PortalStep =
  | { readonly kind: 'login'; readonly attempt: PortalAttempt }
  | {
      readonly kind: 'open';
      /** Whose pages they are. */
      readonly person: Person;
      /** The session of this browser. */
      readonly session: SessionId;
      /** Set when it began just now and its cookie must be set. */
      readonly begun: { readonly token: SessionToken } | undefined;
    };

const unforced = { forceAuthn: false, isPassive: false } as const;

/**
 * The portal's dispatcher, beside `continueSso`: the same proofs, looked at by the same decision. The session that a login
 * begins here is the one that services use.
 * @throws GakumonError `session-gone`, `login-revoked`, `store-unavailable`
 */
export async function continuePortal(idp: Idp, attempt: PortalAttempt, visitor: Visitor): Promise<PortalStep> {
  const known = await findProofs(idp, attempt, visitor);
  const goal = { ...requiredContext(undefined, idp.policy().contexts), requirements: [] };
  const decision = decideAuthn(goal, unforced, proofsOf(known), idp.clock());
  if (decision.kind === 'refuse') throw new GakumonError('internal', { detail: `portal: ${decision.code}` });
  const { person } = known;
  if (decision.kind === 'incomplete' || person === undefined) {
    refuseRevoked(known);
    return { kind: 'login', attempt };
  }

  const kept = await keepSession(idp, visitor, chooseSession(idp, known), undefined);
  if (known.attempt !== undefined) {
    await idp.pendingLogins.remove(attempt.id, visitor.browser);
    noteSignOn(idp, { id: kept.id, username: person.username }, undefined, visitor.address);
  }
  const begun = kept.token === undefined ? undefined : { token: kept.token };
  return { kind: 'open', person, session: kept.id, begun };
}
