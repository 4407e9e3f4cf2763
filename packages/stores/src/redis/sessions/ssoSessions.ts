import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionId } from '@gakumon/terms';
import { isLive, mostFacts, mostServiceProviders } from '../../changes/ssoSession.ts';
import type { RedisKeys } from '../keys.ts';
import type { RedisConnection } from '../redisConnection.ts';
import { toFactLine } from '../storedFact.ts';
import { graceMs, timeToLive, toText } from '../storedValue.ts';
import { createPersonIndex, type IndexEntry, type PersonIndex } from './personIndex.ts';
import { appendToSessionScript } from './sessionScript.ts';
import { decodeSession, encodeSession, toVisitLine, toVisitPrefix } from './sessionValue.ts';

/**
 * SSO sessions in Redis: one value each, found by its id, and for each person an index. The index is written first: an
 * entry that points to nothing harms nobody, while a session that is in no index could not be ended by its person.
 */
export function createRedisSsoSessions(connection: RedisConnection, keys: RedisKeys, clock: Clock): SsoSessions {
  const people = createPersonIndex(connection, keys);
  /** Also one that is over: it lies there a little longer. */
  const read = async (id: SessionId): Promise<SsoSession | undefined> => {
    const key = keys.session(id);
    return toSession(key, id, await connection.command('get', key));
  };
  const append = async (id: SessionId, line: string, replaced: string, most: number, idleAt: number) => {
    const key = keys.session(id);
    const now = clock();
    const answer = await connection.script(appendToSessionScript, [key], [now, line, replaced, most, idleAt]);
    return live(toSession(key, id, answer), now);
  };
  return {
    find: async (id, now) => live(await read(id), now),
    create: (session) => create(connection, keys, people, session, clock()),
    appendFact: (id, fact) => append(id, toFactLine(fact), '', mostFacts, 0),
    appendServiceProvider: (id, visit, idleAt) =>
      append(id, toVisitLine(visit), toVisitPrefix(visit.entityId), mostServiceProviders, idleAt),
    async revoke(id) {
      const key = keys.session(id);
      const session = live(toSession(key, id, await connection.command('getdel', key)), clock());
      if (session !== undefined) await people.forget(session.username, [session]);
      return session;
    },
    async listOfPerson(username, now) {
      const entries = await people.list(username, now);
      const found = await Promise.all(entries.map(async (entry) => ({ entry, session: await read(entry.id) })));
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

function toSession(key: string, id: SessionId, answer: unknown): SsoSession | undefined {
  const text = toText(key, answer);
  return text === undefined ? undefined : decodeSession(key, id, text);
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
