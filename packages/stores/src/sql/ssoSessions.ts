import { randomUUID } from 'node:crypto';
import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionId } from '@gakumon/terms';
import { isLive, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import { compareAndSet } from './compareAndSet.ts';
import type { Records } from './records.ts';
import { prepareSessionQueries, type SessionQueries, toRow, toSsoSession } from './ssoSessionRow.ts';

/**
 * SSO sessions in SQL: one row each, its lists as JSON, since an SSO reads and writes all of them together.
 * Only UPDATE and DELETE touch an existing session, so nothing in flight can bring back one that is gone.
 */
export function createSqlSsoSessions(records: Records, clock: Clock): SsoSessions {
  const queries = prepareSessionQueries(records);
  const change = (id: SessionId, edit: (session: SsoSession) => SsoSession) =>
    records.write(() => compareAndSet(() => changeOnce(queries, id, edit, clock())));
  return {
    async find(id, now) {
      const { rows } = await records.read(() => queries.select([id]));
      const session = rows[0] && toSsoSession(rows[0]);
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
      // Durable: a loss of power must not bring the session back
      const row = await records.writeDurably((db) =>
        db.deleteFrom('sessions').where('id', '=', id).returningAll().executeTakeFirst(),
      );
      const session = row && toSsoSession(row);
      return session !== undefined && isLive(session, clock()) ? session : undefined;
    },
    async listOfPerson(username, now) {
      const rows = await records.read((db) =>
        db
          .selectFrom('sessions')
          .selectAll()
          .where('username', '=', username)
          .where('expires_at', '>', now)
          .where('idle_at', '>', now)
          .orderBy('created_at')
          .orderBy('id')
          .execute(),
      );
      return rows.map(toSsoSession);
    },
  };
}

async function changeOnce(
  queries: SessionQueries,
  id: SessionId,
  edit: (session: SsoSession) => SsoSession,
  now: number,
) {
  const row = (await queries.select([id])).rows[0];
  if (row === undefined) return { done: undefined };
  const session = toSsoSession(row);
  if (!isLive(session, now)) return { done: undefined };
  const next = edit(session);
  const written = await queries.update(next, row.revision, randomUUID());
  return written ? { done: next } : 'outrun';
}
