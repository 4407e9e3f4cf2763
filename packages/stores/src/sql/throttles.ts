import type { Throttles } from '@gakumon/idp';
import { type Clock, GakumonError } from '@gakumon/terms';
import { isEnd } from '../changes/sound.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** Throttles in SQL: one upsert counts and opens windows, one update gives back. */
export function createSqlThrottles(records: Records, clock: Clock): Throttles {
  return {
    hit: (bucket, windowMs, now) =>
      records.write(async (db) => {
        const row = await db
          .insertInto('throttles')
          .values({ bucket, hits: 1, resets_at: now + windowMs })
          .onConflict((conflict) =>
            conflict.column('bucket').doUpdateSet((eb) => {
              const isOpen = eb('throttles.resets_at', '>', now);
              return {
                hits: eb
                  .case()
                  .when(isOpen)
                  .then(eb('throttles.hits', '+', 1))
                  .else(1)
                  .end(),
                resets_at: eb
                  .case()
                  .when(isOpen)
                  .then(eb.ref('throttles.resets_at'))
                  .else(eb.ref('excluded.resets_at'))
                  .end(),
              };
            }),
          )
          .returning(['hits', 'resets_at'])
          .executeTakeFirstOrThrow();
        return toWindow(row, clock());
      }),
    async peek(bucket, now) {
      const row = await records.read((db) =>
        db
          .selectFrom('throttles')
          .select(['hits', 'resets_at'])
          .where('bucket', '=', bucket)
          .where('resets_at', '>', now)
          .executeTakeFirst(),
      );
      return row === undefined ? { count: 0, resetsAt: now } : toWindow(row, clock());
    },
    async release(bucket, resetsAt) {
      await records.write((db) =>
        db
          .updateTable('throttles')
          .set((eb) => ({ hits: eb('hits', '-', 1) }))
          .where('bucket', '=', bucket)
          .where('resets_at', '=', resetsAt)
          .where('hits', '>', 0)
          .execute(),
      );
    },
    async clear(bucket) {
      await records.write((db) => db.deleteFrom('throttles').where('bucket', '=', bucket).execute());
    },
  };
}

/** @throws GakumonError `store-unavailable`: a counter that cannot be believed is no empty one */
function toWindow({ hits, resets_at }: Pick<Tables['throttles'], 'hits' | 'resets_at'>, now: number) {
  if (hits >= 0 && isEnd(resets_at, now)) return { count: hits, resetsAt: resets_at };
  throw new GakumonError('store-unavailable', { detail: 'a throttle holds what Gakumon never wrote' });
}
