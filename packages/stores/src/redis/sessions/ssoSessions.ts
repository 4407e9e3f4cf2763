import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionId } from '@gakumon/terms';
import { isLive, mostFacts, mostServiceProviders } from '../../changes/ssoSession.ts';
import { type TellUnreadable, tellNobody } from '../../unreadable.ts';
import { createDiscard, unlessForeign } from '../discard.ts';
import type { RedisKeys } from '../keys.ts';
import type { RedisConnection } from '../redisConnection.ts';
import { toFactLine } from '../storedFact.ts';
import { graceMs, timeToLive } from '../storedValue.ts';
import { createPersonIndex, type IndexEntry, type PersonIndex } from './personIndex.ts';
import { appendToSessionScript } from './sessionScript.ts';
import { decodeSession, encodeSession, toVisitLine, toVisitPrefix } from './sessionValue.ts';

/**
 * SSO sessions in Redis: one value each, found by its id, and for each person an index. The index is written first: an
 * entry that points to nothing harms nobody, while a session that is in no index could not be ended by its person.
 * A session that cannot be read is as good as none, and goes.
 */
export function createRedisSsoSessions(
  connection: RedisConnection,
  keys: RedisKeys,
  clock: Clock,
  tell: TellUnreadable = tellNobody,
): SsoSessions {
  const people = createPersonIndex(connection, keys, tell);
  const discard = createDiscard(connection, tell);
  /** Also one that is over: it lies there a little longer. */
  const understand = async (id: SessionId, step: Promise<unknown>, now: number): Promise<SsoSession | undefined> => {
    const found = await unlessForeign(step);
    if (found?.answer === null) return undefined;
    const session = decodeSession(id, found?.answer, now);
    if (session === undefined) await discard('session', keys.session(id), id);
    return session;
  };
  const read = (id: SessionId, now: number) => understand(id, connection.command('get', keys.session(id)), now);
  const append = async (id: SessionId, line: string, replaced: string, most: number, idleAt: number) => {
    const now = clock();
    const args = [now, line, replaced, most, idleAt];
    return live(await understand(id, connection.script(appendToSessionScript, [keys.session(id)], args), now), now);
  };
  return {
    find: async (id, now) => live(await read(id, now), now),
    create: (session) => create(connection, keys, people, session, clock()),
    appendFact: (id, fact) => append(id, toFactLine(fact), '', mostFacts, 0),
    appendServiceProvider: (id, visit, idleAt) =>
      append(id, toVisitLine(visit), toVisitPrefix(visit.entityId), mostServiceProviders, idleAt),
    async revoke(id) {
      const key = keys.session(id);
      const now = clock();
      const taken = await unlessForeign(connection.command('getdel', key));
      if (taken?.answer === null) return undefined;
      const session = decodeSession(id, taken?.answer, now);
      if (taken === undefined) await discard('session', key, id);
      else if (session === undefined) tell('session', id);
      const ended = live(session, now);
      if (ended !== undefined) await people.forget(ended.username, [ended]);
      return ended;
    },
    async listOfPerson(username, now) {
      const entries = await people.list(username, now);
      const found = await Promise.all(entries.map(async (entry) => ({ entry, session: await read(entry.id, now) })));
      const dead = found.filter(({ entry, session }) => session?.username !== username && isSettled(entry, now));
      await people.forget(
        username,
        dead.map(({ entry }) => entry),
      );
      return found
        .flatMap(({ session }) => live(session, now) ?? [])
        .filter((session) => session.username === username)
        .sort(olderFirst);
    },
  };
}

async function create(
  connection: RedisConnection,
  keys: RedisKeys,
  people: PersonIndex,
  session: SsoSession,
  now: number,
): Promise<void> {
  if (!isLive(session, now)) return;
  for (const { id } of await people.add(session, now)) await connection.command('del', keys.session(id));
  const ttl = timeToLive(Math.min(session.idleAt, session.expiresAt), now);
  const answer = await connection.command('set', keys.session(session.id), encodeSession(session), 'NX', 'PX', ttl);
  if (answer !== 'OK') throw new GakumonError('internal', { detail: 'a session token was given out twice' });
}

function live(session: SsoSession | undefined, now: number): SsoSession | undefined {
  return session !== undefined && isLive(session, now) ? session : undefined;
}

/** A younger entry may be of a session that is being made at this moment, on another node. */
function isSettled(entry: IndexEntry, now: number): boolean {
  return entry.createdAt + graceMs < now;
}

function olderFirst(one: SsoSession, other: SsoSession): number {
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
}
