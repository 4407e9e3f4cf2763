import type { Departure, Departures } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import { furthestTime, readTexts, readWay, succeed } from '../changes/plausibleDepartures.ts';
import { advanceCounter, readCounter } from './counters.ts';
import type { Database } from './database.ts';
import { inSizes } from './inSizes.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** Departures in SQL: a file of them and its generation are one transaction, durable before anybody relies on it. */
export function createSqlDepartures(records: Records): Departures {
  return {
    async put(departures) {
      if (departures.length === 0) return;
      await records.writeDurably((db) =>
        db.transaction().execute(async (trx) => {
          // Whoever else writes waits here, so that what is read next stays as it is
          await advanceCounter(trx, 'departures');
          const rows = (await uniteWithEarlier(trx, departures)).map(toRow).sort(byName);
          for (const values of inSizes(rows)) {
            await trx
              .insertInto('departures')
              .values(values)
              .onConflict((conflict) =>
                conflict.column('username').doUpdateSet((eb) => ({
                  at: eb.ref('excluded.at'),
                  left_as: eb.ref('excluded.left_as'),
                  blocked_until: eb.ref('excluded.blocked_until'),
                  identifiers: eb.ref('excluded.identifiers'),
                  successor: eb.ref('excluded.successor'),
                })),
              )
              .execute();
          }
        }),
      );
    },
    remove: (username) =>
      records.writeDurably((db) =>
        db.transaction().execute(async (trx) => {
          const { numDeletedRows } = await trx
            .deleteFrom('departures')
            .where('username', '=', username)
            .executeTakeFirst();
          if (numDeletedRows === 1n) await advanceCounter(trx, 'departures');
          return numDeletedRows === 1n;
        }),
      ),
    async list(now) {
      const rows = await records.read((db) =>
        db
          .selectFrom('departures')
          .selectAll()
          .where('blocked_until', '>', now)
          .where('blocked_until', '<=', furthestTime)
          .where('at', '>=', 0)
          .where('at', '<=', furthestTime)
          .orderBy('username')
          .execute(),
      );
      return rows.map(toDeparture);
    },
    generation: () => records.read((db) => readCounter(db, 'departures')),
  };
}

/** One of each name: the last, with what named them by the earlier ones. */
async function uniteWithEarlier(db: Database, departures: readonly Departure[]): Promise<readonly Departure[]> {
  const names = [...new Set(departures.map(({ username }) => username))];
  const united = new Map<Username, Departure>();
  for (const some of inSizes(names)) {
    const rows = await db.selectFrom('departures').selectAll().where('username', 'in', some).execute();
    for (const one of rows.map(toDeparture)) united.set(one.username, one);
  }
  for (const one of departures) united.set(one.username, succeed(united.get(one.username), one));
  return [...united.values()];
}

const byName = (a: Tables['departures'], b: Tables['departures']): number => (a.username < b.username ? -1 : 1);

function toRow({ username, at, as, blockedUntil, identifiers, successor }: Departure): Tables['departures'] {
  const texts = JSON.stringify(identifiers);
  return { username, at, left_as: as, blocked_until: blockedUntil, identifiers: texts, successor: successor ?? null };
}

/** Whoever left in a way that this release does not know is gone: it is the safe one. */
function toDeparture(row: Tables['departures']): Departure {
  return {
    username: row.username as Username,
    at: row.at,
    as: readWay(row.left_as) ?? 'gone',
    blockedUntil: row.blocked_until,
    identifiers: readTexts(row.identifiers),
    ...(row.successor === null ? {} : { successor: row.successor as Username }),
  };
}
