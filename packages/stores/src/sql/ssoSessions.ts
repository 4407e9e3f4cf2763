import { randomUUID } from 'node:crypto';
import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionId } from '@gakumon/terms';
import { furthestEnd } from '../changes/sound.ts';
import { isLive, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import { type TellUnreadable, tellNobody } from '../unreadable.ts';
import { isUnsafeInteger } from './columnValues.ts';
import { compareAndSet } from './compareAndSet.ts';
import type { Records } from './records.ts';
import { prepareSessionQueries, type SessionQueries, toRow, toSsoSession } from './ssoSessionRow.ts';

/**
 * SSO sessions in SQL: one row each, its lists as JSON, since an SSO reads and writes all of them together.
 * Only UPDATE and DELETE touch an existing session, so nothing in flight can bring back one that is gone.
 * A session that cannot be read is as good as none, and goes.
 */
export function createSqlSsoSessions(records: Records, clock: Clock, tell: TellUnreadable = tellNobody): SsoSessions {
  const queries = prepareSessionQueries(records);
  const change = (id: SessionId, edit: (session: SsoSession) => SsoSession) =>
    records.write(() => compareAndSet(() => changeOnce(queries, id, edit, clock())));
  const remove = (id: SessionId) =>
    records.write((db) => db.deleteFrom('sessions').where('id', '=', id).executeTakeFirst());
  const discard = async (id: SessionId): Promise<void> => {
    const gone = await remove(id).catch(() => undefined);
    // Of several who came upon it together, the one that took it away tells
    if (gone?.numDeletedRows !== 0n) tell('session', id);
  };
  return {
    async find(id, now) {
      const row = await records.read(() => selectRow(queries, id)).catch(unreadableRow);
      if (row === undefined) return undefined;
      const session = row === 'unreadable' ? undefined : toSsoSession(row, now);
      if (session === undefined) await discard(id);
      return session !== undefined && isLive(session, now) ? session : undefined;
    },
    async create(session) {
      const row = toRow(session, randomUUID());
      const result = await records.write((db) =>
        db
          .insertInto('sessions')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst(),
      );
      if (result.numInsertedOrUpdatedRows === 0n)
        throw new GakumonError('internal', { detail: 'a session token was given out twice' });
    },
    appendFact: (id, fact) => change(id, (session) => withFact(session, fact)),
    appendServiceProvider: (id, visit, idleAt) => change(id, (session) => withServiceProvider(session, visit, idleAt)),
    async revoke(id) {
      const now = clock();
      // Durable: a loss of power must not bring the session back
      const row = await records
        .writeDurably((db) => db.deleteFrom('sessions').where('id', '=', id).returningAll().executeTakeFirst())
        .catch(unreadableRow);
      if (row === undefined) return undefined;
      // Whether it was deleted before it could not be read is for the engine to know
      if (row === 'unreadable') await remove(id);
      const session = row === 'unreadable' ? undefined : toSsoSession(row, now);
      if (session === undefined) tell('session', id);
      return session !== undefined && isLive(session, now) ? session : undefined;
    },
    async listOfPerson(username, now) {
      const rows = await records.read((db) =>
        db
          .selectFrom('sessions')
          .selectAll()
          .where('username', '=', username)
          .where('expires_at', '>', now)
          .where('idle_at', '>', now)
          // One number that cannot be read would hide all the others
          .where('expires_at', '<=', now + furthestEnd)
          .where('idle_at', '<=', now + furthestEnd)
          .where('created_at', '<=', now + furthestEnd)
          .where('created_at', '>=', 0)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      );
      const found = rows.map((row) => ({ id: row.id as SessionId, session: toSsoSession(row, now) }));
      for (const { id, session } of found) if (session === undefined) await discard(id);
      return found.flatMap(({ session }) => session ?? []);
    },
  };
}

async function selectRow(queries: SessionQueries, id: SessionId) {
  return (await queries.select([id])).rows[0];
}

function unreadableRow(error: unknown): 'unreadable' {
  if (isUnsafeInteger(error)) return 'unreadable';
  throw error;
}

async function changeOnce(
  queries: SessionQueries,
  id: SessionId,
  edit: (session: SsoSession) => SsoSession,
  now: number,
) {
  const row = await selectRow(queries, id);
  const session = row && toSsoSession(row, now);
  if (row === undefined || session === undefined || !isLive(session, now)) return { done: undefined };
  const next = edit(session);
  const written = await queries.update(next, row.revision, randomUUID());
  return written ? { done: next } : 'outrun';
}
