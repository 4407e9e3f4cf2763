import type { SessionId, Username } from '@gakumon/terms';
import type { Revocation } from '../ports.ts';

/** What a revocation can be about: a session, or a login that has no session yet. */
export type Revocable = {
  readonly id: SessionId | undefined;
  readonly username: Username;
  /** When it began, milliseconds. */
  readonly createdAt: number;
};

/** Whether one of the revocations says that this is over. Pure. */
export function isRevokedBy(revocations: Iterable<Revocation>, { id, username, createdAt }: Revocable): boolean {
  for (const revocation of revocations) {
    if (revocation.username !== username) continue;
    if (revocation.session === undefined) {
      if (createdAt <= revocation.at && (id === undefined || id !== revocation.except)) return true;
    } else if (revocation.session === id) return true;
  }
  return false;
}
