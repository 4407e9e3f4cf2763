import { randomUUID } from 'node:crypto';
import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionToken } from '@gakumon/terms';
import { isLive, isUsable, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import { tokenHash } from '../tokenHash.ts';
import { compareAndSet } from './compareAndSet.ts';
import type { Records } from './records.ts';
import { prepareSessionQueries, type SessionQueries, toRow, toSsoSession } from './ssoSessionRow.ts';

/**
 * SSO sessions in SQL: one row each, its lists as JSON, since an SSO reads and writes all of them together.
 * Only UPDATE and DELETE touch an existing session, so nothing in flight can bring back one that is gone.
 */
export function createSqlSsoSessions(records: Records, clock: Clock): SsoSessions {
  const queries = prepareSessionQueries(records);
  const change = (token: SessionToken, edit: (session: SsoSession) => SsoSession) =>
    records.write(() => compareAndSet(() => changeOnce(queries, tokenHash(token), edit, clock())));
  return {
    async find(token, now, idle) {
      const { rows } = await records.read(() => queries.select([tokenHash(token)]));
      const session = rows[0] && toSsoSession(rows[0]);
      return session !== undefined && isUsable(session, now, idle) ? session : undefined;
    },
    async create(token, session) {
      const row = toRow(tokenHash(token), session, randomUUID());
      const result = await records.write((db) =>
        db
          .insertInto('sso_sessions')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst(),
      );
      if (result.numInsertedOrUpdatedRows === 0n)
        throw new GakumonError('internal', { detail: 'a session token was given out twice' });
    },
    appendFact: (token, fact) => change(token, (session) => withFact(session, fact)),
    appendServiceProvider: (token, sp) => change(token, (session) => withServiceProvider(session, sp)),
    async revoke(token) {
      // Durable: a loss of power must not bring the session back
      const row = await records.writeDurably((db) =>
        db.deleteFrom('sso_sessions').where('token_hash', '=', tokenHash(token)).returningAll().executeTakeFirst(),
      );
      const session = row && toSsoSession(row);
      return session !== undefined && isLive(session, clock()) ? session : undefined;
    },
    async listOfPerson(username, now) {
      const rows = await records.read((db) =>
        db
          .selectFrom('sso_sessions')
          .selectAll()
          .where('username', '=', username)
          .where('expires_at', '>', now)
          .orderBy('created_at')
          .execute(),
      );
      return rows.map(toSsoSession);
    },
  };
}

async function changeOnce(
  queries: SessionQueries,
  hash: string,
  edit: (session: SsoSession) => SsoSession,
  now: number,
) {
  const row = (await queries.select([hash])).rows[0];
  if (row === undefined) return { done: undefined };
  const session = toSsoSession(row);
  if (!isLive(session, now)) return { done: undefined };
  const next = edit(session);
  const written = await queries.update(hash, next, row.revision, randomUUID());
  return written ? { done: next } : 'outrun';
}
