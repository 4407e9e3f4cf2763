import { hash, randomBytes } from 'node:crypto';
import type { SessionId, SessionToken } from '@gakumon/terms';

/** How many octets of the token's SHA-256 name a session. */
export const sessionIdLength = 16;

/** A fresh bearer value for a session: 256 random bits. */
export function newSessionToken(): SessionToken {
  return randomBytes(32).toString('base64url') as SessionToken;
}

/**
 * The name of the session that a token opens: what stores keep, so that a copy of a store opens no session.
 * @returns 22 characters of base64url
 */
export function sessionIdOf(token: SessionToken): SessionId {
  return hash('sha256', token, 'buffer').subarray(0, sessionIdLength).toString('base64url') as SessionId;
}
