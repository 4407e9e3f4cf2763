import { randomUUID } from 'node:crypto';
import type { Revocations } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import { furthestAhead, longestKept } from '../plausibleRevocation.ts';
import { advanceCounter, readCounter } from './counters.ts';
import type { Records } from './records.ts';

/** Revocations in SQL, durable before anybody is told that a session is over. */
export function createSqlRevocations(records: Records): Revocations {
  return {
    add: ({ username, session, except, at, keepUntil }) =>
      records.writeDurably((db) =>
        db.transaction().execute(async (trx) => {
          await advanceCounter(trx, 'revocations');
          const sessions = { session: session ?? null, kept_session: except ?? null };
          const row = { id: randomUUID(), username, ...sessions, at, keep_until: keepUntil };
          await trx.insertInto('revocations').values(row).execute();
        }),
      ),
    async list(now) {
      const rows = await records.read((db) =>
        db
          .selectFrom('revocations')
          .selectAll()
          .where('keep_until', '>', now)
          .where('keep_until', '<=', now + longestKept)
          .where('at', '>=', 0)
          .where('at', '<=', now + furthestAhead)
          .orderBy('at')
          .orderBy('id')
          .execute(),
      );
      return rows.map((row) => ({
        username: row.username as Username,
        session: (row.session ?? undefined) as SessionId | undefined,
        except: (row.kept_session ?? undefined) as SessionId | undefined,
        at: row.at,
        keepUntil: row.keep_until,
      }));
    },
    generation: () => records.read((db) => readCounter(db, 'revocations')),
  };
}
