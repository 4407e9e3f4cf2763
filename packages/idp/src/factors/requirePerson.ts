import { GakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findProofs, refuseRevoked } from '../session/findProofs.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/**
 * Who has begun this login in this browser, or whose session this is: whom a second factor is asked of.
 * @throws GakumonError `session-gone` when nobody is known; `login-revoked`; `store-unavailable`
 */
export async function requirePerson(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor): Promise<Person> {
  const known = await findProofs(idp, attempt, visitor);
  refuseRevoked(known);
  if (known.person === undefined) throw new GakumonError('session-gone');
  return known.person;
}
