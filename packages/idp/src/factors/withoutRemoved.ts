import type { Idp } from '../idp.ts';
import type { PendingLogin } from '../ports.ts';
import { directoryAuthenticator } from './listAuthenticators.ts';

/**
 * A begun login without what was proved by authenticators that were removed since: sessions that they made are ended, and
 * none begins by them either. Reads nothing for a login that only a password was typed in.
 * @throws GakumonError `store-unavailable`
 */
export async function withoutRemoved(idp: Pick<Idp, 'authenticators'>, pending: PendingLogin): Promise<PendingLogin> {
  const { username, facts } = pending;
  if (facts.every(({ id }) => id === undefined || id === directoryAuthenticator)) return pending;
  const { authenticators } = await idp.authenticators.find(username);
  const kept = new Set([directoryAuthenticator, ...authenticators.map(({ id }) => id)]);
  return { ...pending, facts: facts.filter(({ id }) => id === undefined || kept.has(id)) };
}
