import type { AuthenticatorId, SessionId, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { endSessionById } from '../session/endSessions.ts';
import { listSessions } from '../session/findSession.ts';
import type { Chronicle, Ending } from '../session/history.ts';
import { directoryAuthenticator } from './listAuthenticators.ts';

/** What ending sessions of others takes: the store that has them, and the records, where it stays. */
export type Enders = Pick<Idp, 'sessions' | 'revocations' | 'lifetimes' | 'isRevoked'> & Chronicle;

/**
 * Ends the sessions of a person that were proved with an authenticator that is gone: what it proved does not outlive it.
 * @param ids `all`: any that is not the directory's
 * @param ending `except`: the session of whoever removes it, which stays
 * @throws GakumonError `store-unavailable` when one may still live: repeat it
 */
export async function endSessionsProvedBy(
  idp: Enders,
  username: Username,
  ids: readonly AuthenticatorId[] | 'all',
  { except, ...ending }: Ending & { readonly except?: SessionId | undefined },
): Promise<void> {
  const isGone = (id: AuthenticatorId | undefined): boolean =>
    id !== undefined && (ids === 'all' ? id !== directoryAuthenticator : ids.includes(id));
  const due = (await listSessions(idp, username)).filter(
    (session) => session.id !== except && session.facts.some(({ id }) => isGone(id)),
  );
  const detail = ending.detail ?? 'authenticator removed';
  await Promise.all(due.map(({ id }) => endSessionById(idp, id, { ...ending, detail, username })));
}
