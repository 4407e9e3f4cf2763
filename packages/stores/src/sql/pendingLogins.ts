import { randomUUID } from 'node:crypto';
import type { AuthenticationFact, PendingLogin, PendingLogins } from '@gakumon/idp';
import type { AttemptId, BrowserId, Clock, Username } from '@gakumon/terms';
import { pendingWithFact } from '../changes/pendingLogin.ts';
import { isSoundPendingLogin } from '../changes/sound.ts';
import { type TellUnreadable, tellNobody } from '../unreadable.ts';
import { compareAndSet } from './compareAndSet.ts';
import type { Database } from './database.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** Pending logins in SQL. One that cannot be read is as good as none. */
export function createSqlPendingLogins(
  records: Records,
  clock: Clock,
  tell: TellUnreadable = tellNobody,
): PendingLogins {
  const remove = (attempt: AttemptId, browser: BrowserId) =>
    records.write((db) =>
      db.deleteFrom('pending_logins').where('attempt', '=', attempt).where('browser', '=', browser).executeTakeFirst(),
    );
  return {
    async find(attempt, browser) {
      const row = await records.read((db) => selectLogin(db, attempt, browser));
      const now = clock();
      const login = row && toPendingLogin(row, now);
      if (row !== undefined && login === undefined) {
        const gone = await remove(attempt, browser).catch(() => undefined);
        if (gone?.numDeletedRows !== 0n) tell('pending login', attempt);
      }
      return login !== undefined && now < login.expiresAt ? login : undefined;
    },
    appendFact: (login, fact) => records.write((db) => compareAndSet(() => appendOnce(db, login, fact, clock()))),
    prolong: (attempt, browser, expiresAt) => records.write((db) => prolong(db, attempt, browser, expiresAt, clock())),
    async remove(attempt, browser) {
      await remove(attempt, browser);
    },
  };
}

async function appendOnce(db: Database, login: Omit<PendingLogin, 'facts'>, fact: AuthenticationFact, now: number) {
  const row = await selectLogin(db, login.attempt, login.browser);
  const next = pendingWithFact(row && toPendingLogin(row, now), login, fact, now);
  const changes = {
    username: next.username,
    facts: JSON.stringify(next.facts),
    expires_at: next.expiresAt,
    revision: randomUUID(),
  };
  const written =
    row === undefined
      ? await db
          .insertInto('pending_logins')
          .values({ attempt: login.attempt, browser: login.browser, ...changes })
          .onConflict((conflict) => conflict.doNothing())
          .returning('revision')
          .executeTakeFirst()
      : await db
          .updateTable('pending_logins')
          .set(changes)
          .where('attempt', '=', login.attempt)
          .where('browser', '=', login.browser)
          .where('revision', '=', row.revision)
          .returning('revision')
          .executeTakeFirst();
  return written === undefined ? 'outrun' : { done: next };
}

/** As `prolonged`, in one statement. */
async function prolong(
  db: Database,
  attempt: AttemptId,
  browser: BrowserId,
  expiresAt: number,
  now: number,
): Promise<boolean> {
  const found = await db
    .updateTable('pending_logins')
    .set((eb) => ({
      expires_at: eb.case().when('expires_at', '<', expiresAt).then(expiresAt).else(eb.ref('expires_at')).end(),
      revision: randomUUID(),
    }))
    .where('attempt', '=', attempt)
    .where('browser', '=', browser)
    .where('expires_at', '>', now)
    .returning('revision')
    .executeTakeFirst();
  return found !== undefined;
}

function selectLogin(db: Database, attempt: AttemptId, browser: BrowserId) {
  return db
    .selectFrom('pending_logins')
    .selectAll()
    .where('attempt', '=', attempt)
    .where('browser', '=', browser)
    .executeTakeFirst();
}

/** @returns undefined when it is damaged, or cannot be true */
function toPendingLogin(row: Tables['pending_logins'], now: number): PendingLogin | undefined {
  try {
    const login = parseRow(row);
    return isSoundPendingLogin(login, now) ? login : undefined;
  } catch {
    return undefined;
  }
}

function parseRow(row: Tables['pending_logins']): PendingLogin {
  return {
    attempt: row.attempt as AttemptId,
    browser: row.browser as BrowserId,
    username: row.username as Username,
    facts: JSON.parse(row.facts) as AuthenticationFact[],
    expiresAt: row.expires_at,
  };
}
