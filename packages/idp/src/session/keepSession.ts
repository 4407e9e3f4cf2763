import { GakumonError, type SessionId, type SessionToken } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { AuthenticationFact, PendingLogin, SessionServiceProvider, SsoSession } from '../ports.ts';
import type { Visitor } from '../types.ts';
import { endSession } from './endSession.ts';
import type { KnownProofs } from './findProofs.ts';
import { sessionIdOf } from './sessionId.ts';

/** The session that an answer will belong to, chosen before anything is written. */
export type ChosenSession =
  /** It lives, and gets nothing but the visit. */
  | { readonly kind: 'continue'; readonly id: SessionId; readonly session: SsoSession }
  /** It lives, and something more was proved in this attempt. */
  | {
      readonly kind: 'strengthen';
      readonly id: SessionId;
      readonly pending: PendingLogin;
      /** Whether what was proved in this attempt is enough without the session. */
      readonly standsAlone: boolean;
    }
  /** A new one, in whose favour that of the browser ends. */
  | {
      readonly kind: 'begin';
      readonly id: SessionId;
      readonly token: SessionToken;
      readonly pending: PendingLogin;
    };

/** The session that an answer belongs to; `token` is set when it is a new one and its cookie must be given. */
export type KeptSession = {
  readonly id: SessionId;
  readonly expiresAt: number;
  readonly token: SessionToken | undefined;
};

/**
 * Chooses the session that lives when it is the same person's, else a new one.
 * @param needed what the decision to let the person in rests on
 * @throws GakumonError `session-gone` when nothing is known at all
 */
export function chooseSession(
  idp: Pick<Idp, 'newSessionToken'>,
  { attempt: pending, session }: KnownProofs,
  needed: readonly AuthenticationFact[],
): ChosenSession {
  if (pending === undefined) {
    if (session === undefined) throw new GakumonError('session-gone');
    return { kind: 'continue', id: session.id, session };
  }
  if (session?.username === pending.username) {
    const standsAlone = needed.every((fact) => pending.facts.includes(fact));
    return { kind: 'strengthen', id: session.id, pending, standsAlone };
  }
  const token = idp.newSessionToken();
  return { kind: 'begin', id: sessionIdOf(token), token, pending };
}

/**
 * Writes what was proved, and the SP that is being answered, into the chosen session. One that is to be strengthened and
 * was revoked meanwhile gives way to a new one, unless something was asserted that only it knew.
 * @param visit undefined when no SP is answered: the person came to pages of ours
 * @throws GakumonError `session-gone` when the session was revoked while the request was under way
 */
export async function keepSession(
  idp: Idp,
  visitor: Visitor,
  chosen: ChosenSession,
  visit: SessionServiceProvider | undefined,
): Promise<KeptSession> {
  const visits = visit === undefined ? [] : [visit];
  if (chosen.kind === 'begin') return beginInstead(idp, visitor, chosen.token, chosen.pending, visits);
  let session = chosen.kind === 'continue' ? chosen.session : undefined;
  if (chosen.kind === 'strengthen') {
    for (const fact of chosen.pending.facts) {
      session = await idp.sessions.appendFact(chosen.id, fact);
      if (session !== undefined) continue;
      if (!chosen.standsAlone) throw new GakumonError('session-gone');
      return beginInstead(idp, visitor, idp.newSessionToken(), chosen.pending, visits);
    }
  }
  return keptAs(visit === undefined ? session : await appendVisit(idp, chosen.id, visit));
}

/** Writes a visit, which counts as use, into a session that lives. @returns undefined when it does not any more */
export function appendVisit(
  idp: Pick<Idp, 'sessions' | 'lifetimes'>,
  id: SessionId,
  visit: SessionServiceProvider,
): Promise<SsoSession | undefined> {
  return idp.sessions.appendServiceProvider(id, visit, visit.at + idp.lifetimes.idle);
}

/** @throws GakumonError `session-gone` */
export function keptAs(written: SsoSession | undefined): KeptSession {
  if (written === undefined) throw new GakumonError('session-gone');
  return { id: written.id, expiresAt: written.expiresAt, token: undefined };
}

/**
 * For somebody who has proved who they are when the answer was given already (the form was sent twice, and the browser
 * dropped the first answer with its cookie): begins a session from that proof, in whose favour another person's ends.
 * @returns undefined when no session began: nothing was proved in this attempt, or the person's session lives
 */
export async function keepProvedPerson(
  idp: Idp,
  visitor: Visitor,
  { attempt: pending, session }: KnownProofs,
): Promise<KeptSession | undefined> {
  if (pending === undefined || session?.username === pending.username) return undefined;
  return beginInstead(idp, visitor, idp.newSessionToken(), pending, []);
}

async function beginInstead(
  idp: Idp,
  visitor: Visitor,
  token: SessionToken,
  pending: PendingLogin,
  serviceProviders: readonly SessionServiceProvider[],
): Promise<KeptSession> {
  const id = sessionIdOf(token);
  const now = idp.clock();
  const { idle, lifetime } = idp.lifetimes;
  const expiresAt = now + lifetime;
  const { username, facts } = pending;
  const idleAt = Math.min(now + idle, expiresAt);
  await idp.sessions.create({ id, username, facts, serviceProviders, createdAt: now, idleAt, expiresAt });
  if (visitor.session !== undefined) {
    const ending = { actor: 'person', address: visitor.address, detail: 'another login in the same browser' } as const;
    await endSession(idp, visitor.session, ending);
  }
  return { id, expiresAt, token };
}
