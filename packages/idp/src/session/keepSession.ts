import { randomBytes } from 'node:crypto';
import { GakumonError, type SessionToken } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { PendingLogin, SessionServiceProvider, SsoSession } from '../ports.ts';
import type { Visitor } from '../types.ts';
import type { KnownProofs } from './findProofs.ts';

/** The session that an answer belongs to; `token` is set when it is a new one and its cookie must be given. */
export type KeptSession = { readonly expiresAt: number; readonly token: SessionToken | undefined };

/** A fresh bearer value for a session: 256 random bits. */
export function newSessionToken(): SessionToken {
  return randomBytes(32).toString('base64url') as SessionToken;
}

/**
 * Writes what was proved, and the SP that is being answered, into the SSO session: the one that lives when it is the
 * same person's, else a new one in whose favour the old one ends.
 * @throws GakumonError `session-gone` when the session was revoked while the request was under way
 */
export async function keepSession(
  idp: Idp,
  visitor: Visitor,
  known: KnownProofs,
  serviceProvider: SessionServiceProvider,
): Promise<KeptSession> {
  const { attempt: pending, session } = known;
  const { session: token } = visitor;
  const continues = token !== undefined && session !== undefined;
  if (pending === undefined) {
    if (!continues) throw new GakumonError('session-gone');
    return { token: undefined, expiresAt: (await appendServiceProvider(idp, token, serviceProvider)).expiresAt };
  }
  if (continues && session.username === pending.username) return strengthen(idp, token, pending, serviceProvider);
  const begun = await beginSession(idp, pending, [serviceProvider]);
  if (token !== undefined) await idp.sessions.revoke(token);
  return begun;
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
  const begun = await beginSession(idp, pending, []);
  if (visitor.session !== undefined) await idp.sessions.revoke(visitor.session);
  return begun;
}

async function strengthen(
  idp: Idp,
  token: SessionToken,
  pending: PendingLogin,
  serviceProvider: SessionServiceProvider,
): Promise<KeptSession> {
  for (const fact of pending.facts) {
    const written = await idp.sessions.appendFact(token, fact);
    if (written === undefined) return beginSession(idp, pending, [serviceProvider]);
  }
  return { token: undefined, expiresAt: (await appendServiceProvider(idp, token, serviceProvider)).expiresAt };
}

async function appendServiceProvider(
  idp: Idp,
  token: SessionToken,
  serviceProvider: SessionServiceProvider,
): Promise<SsoSession> {
  const written = await idp.sessions.appendServiceProvider(token, serviceProvider);
  if (written === undefined) throw new GakumonError('session-gone');
  return written;
}

async function beginSession(
  idp: Idp,
  pending: PendingLogin,
  serviceProviders: readonly SessionServiceProvider[],
): Promise<KeptSession> {
  const token = newSessionToken();
  const now = idp.clock();
  const expiresAt = now + idp.lifetimes.lifetime;
  await idp.sessions.create(token, {
    username: pending.username,
    facts: pending.facts,
    serviceProviders,
    createdAt: now,
    usedAt: now,
    expiresAt,
  });
  return { token, expiresAt };
}
