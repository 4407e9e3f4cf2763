import type { Proofs } from '@gakumon/mfa';
import { GakumonError, type Person } from '@gakumon/terms';
import { withoutRemoved, withoutRemovedFixed } from '../factors/withoutRemoved.ts';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { provedVersion } from '../login/provedVersion.ts';
import type { PendingLogin, SsoSession } from '../ports.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { dropSession } from './endSession.ts';
import { findUnrevoked } from './findSession.ts';
import { usesOf } from './lastUseOf.ts';
import { sessionIdOf } from './sessionId.ts';
import { identifies, type Standing, standingOf, standingOfSession } from './standingOf.ts';

/** What is known about the visitor, and still counts. */
export type KnownProofs = {
  /** Progress of this very attempt in this very browser. */
  readonly attempt: PendingLogin | undefined;
  readonly session: SsoSession | undefined;
  /** Whose proofs those of the attempt are, or else those of the session. */
  readonly person: Person | undefined;
  /** Somebody proved in this attempt who they are, and all of it was revoked since: they have to be told. */
  readonly isRevoked: boolean;
};

/**
 * Without this, whoever has just typed the right password would be asked for it again, and not be told why.
 * @throws GakumonError `login-revoked`; the next look begins anew
 */
export function refuseRevoked({ isRevoked }: KnownProofs): void {
  if (isRevoked) throw new GakumonError('login-revoked');
}

/** Looks up what the visitor's cookies stand for. What has fallen since it was proved is ended. */
export async function findProofs(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor): Promise<KnownProofs> {
  // In one turn, so that a store over the network is asked once
  const [found, session] = await Promise.all([
    idp.pendingLogins.find(attempt.id, visitor.browser),
    visitor.session === undefined ? undefined : findUnrevoked(idp, sessionIdOf(visitor.session)),
  ]);
  const unrevoked = found === undefined ? undefined : withoutRevoked(idp, found);
  const pending = unrevoked && (await withoutRemoved(idp, unrevoked));
  const factCount = found?.facts.length ?? 0;
  const [ofAttempt, ofSession] = await weigh(idp, pending, session);
  if (ofSession?.kind === 'fallen' && session !== undefined) await dropSession(idp, session, ofSession.reason);
  const sessionStands = ofSession?.kind === 'stands' ? ofSession : undefined;
  const attemptStands = ofAttempt?.kind === 'stands' && rests(ofAttempt, sessionStands) ? ofAttempt : undefined;
  if (ofAttempt !== undefined && attemptStands === undefined) {
    await idp.pendingLogins.remove(attempt.id, visitor.browser);
  }
  return {
    attempt: attemptStands && pending && { ...pending, facts: attemptStands.facts },
    session: sessionStands && session && { ...session, facts: sessionStands.facts },
    person: (attemptStands ?? sessionStands)?.person,
    isRevoked: attemptStands === undefined && unrevoked !== undefined && unrevoked.facts.length < factCount,
  };
}

type Standard = Extract<Standing, { kind: 'stands' }>;

/** A second factor that was proved for a session counts no longer than the session does. */
function rests({ facts, person }: Standard, session: Standard | undefined): boolean {
  return facts.some(identifies) || session?.person.username === person.username;
}

/** All sessions of a person were ended: what was proved for a session until then begins none either. */
function withoutRevoked(idp: Idp, pending: PendingLogin): PendingLogin | undefined {
  const { username, expiresAt } = pending;
  if (expiresAt <= idp.clock()) return undefined;
  const facts = pending.facts.filter(({ at }) => !idp.isRevoked({ id: undefined, username, createdAt: at }));
  return { ...pending, facts };
}

/** Asks the directory once where both are of one person. */
async function weigh(
  idp: Idp,
  pending: PendingLogin | undefined,
  session: SsoSession | undefined,
): Promise<[Standing | undefined, Standing | undefined]> {
  const first = pending ?? session;
  if (first === undefined) return [undefined, undefined];
  const person = await findPerson(idp, first.username, provedVersion(first.facts));
  const isSame = session === undefined || session.username === first.username;
  const other = isSame ? person : await findPerson(idp, session.username, provedVersion(session.facts));
  const ofPending = pending && (await withoutRemovedFixed(idp, pending.facts, person));
  const ofSession = session && (await withoutRemovedFixed(idp, session.facts, other));
  const directories = idp.directories();
  return [
    ofPending && standingOf(ofPending, person, directories),
    ofSession && standingOfSession(ofSession, other, directories),
  ];
}

/** What decisions are made of: whose it is, what was proved, and when the session was used. */
export function proofsOf({ attempt, session }: Pick<KnownProofs, 'attempt' | 'session'>): {
  readonly attempt: Proofs | undefined;
  readonly session: Proofs | undefined;
} {
  return {
    attempt: attempt && { username: attempt.username, facts: attempt.facts, usedAt: [] },
    session: session && { username: session.username, facts: session.facts, usedAt: usesOf(session) },
  };
}
