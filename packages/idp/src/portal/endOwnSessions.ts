import { isGakumonError, type SessionId, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { endSessionById, endSessionsOfPerson } from '../session/endSessions.ts';
import { listSessions } from '../session/findSession.ts';
import { type Chronicle, noteEnd } from '../session/history.ts';

/** Somebody at the portal, who ends sessions of their own. */
export type Owner = {
  readonly username: Username;
  /** The session of this browser, which stays. */
  readonly session: SessionId;
  readonly address: string;
};

export type OwnEnding =
  /** Over for good. */
  | { readonly kind: 'ended'; readonly count: number }
  /** It was over before, or is not theirs. */
  | { readonly kind: 'absent' }
  /** No node lets it in any more, but the records do not say so yet: to be repeated. */
  | { readonly kind: 'unrecorded' };

type Enders = Pick<Idp, 'sessions' | 'revocations' | 'lifetimes' | 'isRevoked'> & Chronicle;

/**
 * Ends one session of the person; anybody else's is left alone.
 * @throws GakumonError `store-unavailable` when it may still live
 */
export async function endOwnSession(idp: Enders, { username, address }: Owner, id: SessionId): Promise<OwnEnding> {
  const ending = { actor: 'person', address } as const;
  try {
    const ended = await endSessionById(idp, id, { username, ...ending });
    return ended === undefined ? { kind: 'absent' } : { kind: 'ended', count: 1 };
  } catch (error) {
    await requireGone(error, async () => (await idp.sessions.find(id, idp.clock())) === undefined);
    noteEnd(idp, { username, session: id }, { ...ending, detail: 'not recorded as a revocation' });
    return { kind: 'unrecorded' };
  }
}

/**
 * Ends all sessions of the person but that of this browser.
 * @throws GakumonError `store-unavailable` when some may still live
 */
export async function endOtherSessions(idp: Enders, { username, session, address }: Owner): Promise<OwnEnding> {
  const ending = { actor: 'person', address } as const;
  try {
    const ended = await endSessionsOfPerson(idp, username, { ...ending, except: session });
    return { kind: 'ended', count: ended.length };
  } catch (error) {
    await requireGone(error, async () => (await listSessions(idp, username)).every(({ id }) => id === session));
    noteEnd(idp, { username, session: undefined }, { ...ending, detail: 'not recorded as a revocation' });
    return { kind: 'unrecorded' };
  }
}

/** The store of the sessions comes first: what failed after it is told apart from what failed in it. */
async function requireGone(error: unknown, isGone: () => Promise<boolean>): Promise<void> {
  if (!isGakumonError(error) || error.code !== 'store-unavailable' || !(await isGone())) throw error;
}
