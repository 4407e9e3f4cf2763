import { GakumonError, type SessionId, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { Revocation, SsoSession } from '../ports.ts';
import { type Chronicle, type Ending, noteEnd } from './history.ts';

/** What ending sessions of others takes: the store that has them, and the records, where it stays. */
type Enders = Pick<Idp, 'sessions' | 'revocations' | 'lifetimes'> & Chronicle;

/** Each round finds what began while the one before it ran; this many only when something is very wrong. */
const mostRounds = 8;

/**
 * Ends one session of a person, for good: the store of the sessions forgets it, and the records say so, in case that
 * store loses what it forgot. Repeating it is harmless.
 * @returns the session as it was; undefined when it was over, or is not this person's
 * @throws GakumonError `store-unavailable` when it is not certain on all nodes: repeat it
 */
export async function endSessionById(
  idp: Enders,
  id: SessionId,
  { username, ...ending }: Ending & { readonly username: Username },
): Promise<SsoSession | undefined> {
  const at = idp.clock();
  const found = await idp.sessions.find(id, at);
  if (found !== undefined && found.username !== username) return undefined;
  const ended = await idp.sessions.revoke(id);
  // Also when it was gone: by the first of two tries, whose second half may be missing
  const keepUntil = found?.expiresAt ?? at + idp.lifetimes.lifetime;
  await idp.revocations.add({ username, session: id, at, keepUntil });
  if (ended !== undefined) noteEnd(idp, { username, session: id }, ending);
  return ended;
}

/**
 * Ends all sessions of a person that have begun by now, for good; logins that were begun and not finished too. Repeating it is harmless.
 * @param ending `except`: the session of whoever asks, which stays
 * @returns the sessions that were ended
 * @throws GakumonError `store-unavailable` when it is not certain on all nodes: repeat it
 */
export async function endSessionsOfPerson(
  idp: Enders,
  username: Username,
  { except, ...ending }: Ending & { readonly except?: SessionId | undefined },
): Promise<readonly SsoSession[]> {
  const at = idp.clock();
  const ended = new Map<SessionId, SsoSession>();
  const failure = await deleteSessions(idp, { username, at, except }, ended).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  // Even if some could not be deleted: those that were are not found again by the next try
  await recordEnd(idp, { username, at, except }, [...ended.values()]);
  if (failure !== undefined) throw failure.error;
  const detail = [ending.detail, `${ended.size} ended`].filter((part) => part !== undefined).join('; ');
  noteEnd(idp, { username, session: undefined }, { ...ending, detail });
  return [...ended.values()];
}

type Order = { readonly username: Username; readonly at: number; readonly except: SessionId | undefined };

async function deleteSessions(
  { sessions, clock }: Enders,
  { username, at, except }: Order,
  ended: Map<SessionId, SsoSession>,
): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const listed = await sessions.listOfPerson(username, clock());
    // The clocks of two nodes differ: what is there at first did begin before, whatever it says
    const due = listed.filter(({ id, createdAt }) => id !== except && (round === 0 || createdAt <= at));
    if (due.length === 0) return;
    for (const session of due) ended.set(session.id, session);
    await Promise.all(due.map(({ id }) => sessions.revoke(id)));
  }
  throw new GakumonError('store-unavailable', { detail: `sessions of ${username} come back again and again` });
}

async function recordEnd(
  { revocations, lifetimes }: Enders,
  { username, at, except }: Order,
  ended: readonly SsoSession[],
): Promise<void> {
  const ends = ended.map(({ expiresAt }) => expiresAt);
  const keepUntil = Math.max(at + lifetimes.lifetime, ...ends);
  // By its id whatever its time: another node may believe an order about all only up to its own clock
  const single = ended.map(({ id, expiresAt }): Revocation => ({ username, session: id, at, keepUntil: expiresAt }));
  const due: Revocation[] = [{ username, session: undefined, except, at, keepUntil }, ...single];
  await Promise.all(due.map((revocation) => revocations.add(revocation)));
}
