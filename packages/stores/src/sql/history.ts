import type { History, HistoryEvent } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import { boundedEvent } from '../changes/boundedEvent.ts';
import { inSizes } from './inSizes.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** History in SQL; an event that is there already is left alone. */
export function createSqlHistory(records: Records): History {
  return {
    async append(events) {
      for (const rows of inSizes(events.map(boundedEvent).map(toRow))) {
        await records.write((db) =>
          db
            .insertInto('history')
            .values(rows)
            .onConflict((conflict) => conflict.doNothing())
            .execute(),
        );
      }
    },
    async listOfPerson(username, limit) {
      const rows = await records.read((db) =>
        db
          .selectFrom('history')
          .selectAll()
          .where('username', '=', username)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute(),
      );
      return rows.map(toEvent);
    },
  };
}

function toRow(event: HistoryEvent): Tables['history'] {
  return {
    id: event.id,
    at: event.at,
    kind: event.kind,
    username: event.username,
    actor: event.actor,
    service_provider: event.serviceProvider ?? null,
    session: event.session ?? null,
    address: event.address ?? null,
    detail: event.detail ?? null,
  };
}

function toEvent(row: Tables['history']): HistoryEvent {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind as HistoryEvent['kind'],
    username: row.username as Username,
    actor: row.actor as HistoryEvent['actor'],
    serviceProvider: row.service_provider ?? undefined,
    session: (row.session ?? undefined) as SessionId | undefined,
    address: row.address ?? undefined,
    detail: row.detail ?? undefined,
  };
}
