import type { Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { AuthenticationFact, PendingLogin } from '../ports.ts';
import { directoryAuthenticator, findDirectoryAuthenticator } from './listAuthenticators.ts';
import { isByOwn, weighFacts } from './weighFacts.ts';

/**
 * A begun login without what was proved by authenticators that were removed since: sessions that they made are ended, and
 * none begins by them either. Reads nothing for a login that only a password was typed in.
 * @throws GakumonError `store-unavailable`
 */
export async function withoutRemoved(idp: Pick<Idp, 'authenticators'>, pending: PendingLogin): Promise<PendingLogin> {
  const { username, facts } = pending;
  if (!facts.some(isByOwn)) return pending;
  const { authenticators } = await idp.authenticators.find(username);
  return { ...pending, facts: weighFacts(facts, authenticators) };
}

/**
 * What was proved, without what the authenticator of a directory proved that stands there no longer: nobody takes it out
 * by way of us, so no session ends at that. Asks the directory only where there is such a proof.
 */
export async function withoutRemovedFixed(
  idp: Pick<Idp, 'directories'>,
  facts: readonly AuthenticationFact[],
  person: Person | undefined,
): Promise<readonly AuthenticationFact[]> {
  if (person === undefined || facts.every(({ id }) => id !== directoryAuthenticator)) return facts;
  const fixed = await findDirectoryAuthenticator(idp, person);
  return fixed === undefined ? facts.filter(({ id }) => id !== directoryAuthenticator) : facts;
}
