import { hash } from 'node:crypto';
import type { SessionToken } from '@gakumon/terms';

/** SHA-256 in hex: what a store keeps of a token, so that a copy of the store opens no session. */
export function tokenHash(token: SessionToken): string {
  return hash('sha256', token, 'hex');
}
