import { GakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findProofs, type KnownProofs, refuseRevoked } from '../session/findProofs.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/** What is known of somebody who has begun to log in, or is signed in. */
export type KnownPerson = KnownProofs & { readonly person: Person };

/**
 * Who has begun this login in this browser, or whose session this is: whom a second factor is asked of.
 * @throws GakumonError `session-gone` when nobody is known; `login-revoked`; `store-unavailable`
 */
export async function requireKnown(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor): Promise<KnownPerson> {
  const known = await findProofs(idp, attempt, visitor);
  refuseRevoked(known);
  const { person } = known;
  if (person === undefined) throw new GakumonError('session-gone');
  return { ...known, person };
}

/** The same, where nothing but the person matters. */
export async function requirePerson(idp: Idp, attempt: Pick<SsoAttempt, 'id'>, visitor: Visitor): Promise<Person> {
  return (await requireKnown(idp, attempt, visitor)).person;
}
