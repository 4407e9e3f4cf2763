import { randomUUID } from 'node:crypto';
import type { SsoSession, SsoSessions } from '@gakumon/idp';
import { type Clock, GakumonError, type SessionToken } from '@gakumon/terms';
import { isLive, isUsable, withFact, withServiceProvider } from '../changes/ssoSession.ts';
import { tokenHash } from '../tokenHash.ts';
import { compareAndSet } from './compareAndSet.ts';
import type { Database } from './database.ts';
import type { Records } from './records.ts';
import { toChanges, toSsoSession } from './ssoSessionRow.ts';

/**
 * SSO sessions in SQL: one row each, its lists as JSON, since an SSO reads and writes all of them together.
 * Only UPDATE and DELETE touch an existing session, so nothing in flight can bring back one that is gone.
 */
export function createSqlSsoSessions(records: Records, clock: Clock): SsoSessions {
  const change = (token: SessionToken, edit: (session: SsoSession) => SsoSession) =>
    records.write((db) => compareAndSet(() => changeOnce(db, tokenHash(token), edit, clock())));
  return {
    async find(token, now, idle) {
      const row = await records.read((db) => selectSession(db, tokenHash(token)));
      const session = row && toSsoSession(row);
      return session !== undefined && isUsable(session, now, idle) ? session : undefined;
    },
    create: (token, session) => records.write((db) => insertSession(db, tokenHash(token), session)),
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

async function changeOnce(db: Database, hash: string, edit: (session: SsoSession) => SsoSession, now: number) {
  const row = await selectSession(db, hash);
  if (row === undefined) return { done: undefined };
  const session = toSsoSession(row);
  if (!isLive(session, now)) return { done: undefined };
  const next = edit(session);
  const written = await db
    .updateTable('sso_sessions')
    .set({ ...toChanges(next), revision: randomUUID() })
    .where('token_hash', '=', hash)
    .where('revision', '=', row.revision)
    .returning('revision')
    .executeTakeFirst();
  return written === undefined ? 'outrun' : { done: next };
}

async function insertSession(db: Database, hash: string, session: SsoSession): Promise<void> {
  const inserted = await db
    .insertInto('sso_sessions')
    .values({
      token_hash: hash,
      username: session.username,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
      ...toChanges(session),
      revision: randomUUID(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('revision')
    .executeTakeFirst();
  if (inserted === undefined) throw new GakumonError('internal', { detail: 'a session token was given out twice' });
}

function selectSession(db: Database, hash: string) {
  return db.selectFrom('sso_sessions').selectAll().where('token_hash', '=', hash).executeTakeFirst();
}
