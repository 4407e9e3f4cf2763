import type { IdentifierUse, IssuedIdentifier, ReleaseEvent, ReleaseLog } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import { boundedRelease, type Issue, listIssues } from '../changes/boundedRelease.ts';
import { readTexts } from '../changes/plausibleDepartures.ts';
import type { Database, PreparedQuery, QueryText } from './database.ts';
import { inSizes } from './inSizes.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** The release log in SQL; an event that is there already is left alone, and what it gave out is noted again, which does no harm. */
export function createSqlReleaseLog(records: Records): ReleaseLog {
  const writeIssues = insertingInSizes(records, insertIssues);
  const writeEvents = insertingInSizes(records, insertEvents);
  return {
    async append(added) {
      const events = added.map(boundedRelease);
      await writeIssues(listIssues(events).map(toIssueRow));
      await writeEvents(events.map(toRow));
    },
    async list({ username, serviceProvider, since }, limit) {
      const rows = await records.read((db) => {
        let query = db.selectFrom('release_log').selectAll();
        if (username !== undefined) query = query.where('username', '=', username);
        if (serviceProvider !== undefined) query = query.where('service_provider', '=', serviceProvider);
        if (since !== undefined) query = query.where('at', '>=', since);
        return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
      });
      return rows.map(toEvent);
    },
    async findIdentifier(digest) {
      const rows = await records.read((db) =>
        db
          .selectFrom('issued_identifiers')
          .selectAll()
          .where('digest', '=', digest)
          .orderBy('last_at', 'desc')
          .execute(),
      );
      return rows.map(toUse);
    },
  };
}

/**
 * Writes rows in few statements, whose texts are made once: every login leaves some.
 * @param build with no values but those of the rows
 */
function insertingInSizes<Row extends Readonly<Record<string, string | number>>>(
  records: Records,
  build: (db: Database, rows: readonly Row[]) => QueryText<unknown>,
): (rows: readonly Row[]) => Promise<void> {
  const queries = new Map<number, PreparedQuery<unknown>>();
  return async (rows) => {
    for (const some of inSizes(rows)) {
      const query = queries.get(some.length) ?? records.prepare((db) => build(db, some));
      queries.set(some.length, query);
      await records.write(() => query(some.flatMap((row) => Object.values(row))));
    }
  };
}

const insertEvents = (db: Database, rows: readonly Tables['release_log'][]) =>
  db
    .insertInto('release_log')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing());

/** The larger and the smaller of two, which the engines call differently, in words of both. */
const insertIssues = (db: Database, rows: readonly Tables['issued_identifiers'][]) =>
  db
    .insertInto('issued_identifiers')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['digest', 'service_provider', 'username']).doUpdateSet((eb) => ({
        first_at: eb
          .case()
          .when(eb.ref('excluded.first_at'), '<', eb.ref('issued_identifiers.first_at'))
          .then(eb.ref('excluded.first_at'))
          .else(eb.ref('issued_identifiers.first_at'))
          .end(),
        last_at: eb
          .case()
          .when(eb.ref('excluded.last_at'), '>', eb.ref('issued_identifiers.last_at'))
          .then(eb.ref('excluded.last_at'))
          .else(eb.ref('issued_identifiers.last_at'))
          .end(),
      })),
    );

function toRow(event: ReleaseEvent): Tables['release_log'] {
  return {
    id: event.id,
    at: event.at,
    username: event.username,
    service_provider: event.serviceProvider,
    attributes: JSON.stringify(event.attributes),
    name_id_format: event.nameIdFormat,
    identifiers: JSON.stringify(event.identifiers.map(({ kind, digest }) => `${kind} ${digest}`)),
  };
}

function toEvent(row: Tables['release_log']): ReleaseEvent {
  return {
    id: row.id,
    at: row.at,
    username: row.username as Username,
    serviceProvider: row.service_provider,
    attributes: readTexts(row.attributes),
    nameIdFormat: row.name_id_format,
    identifiers: readTexts(row.identifiers).flatMap((written) => {
      const [kind, digest] = written.split(' ');
      return kind && digest ? [{ kind: kind as IssuedIdentifier['kind'], digest }] : [];
    }),
  };
}

function toIssueRow({ digest, kind, username, serviceProvider, firstAt, lastAt }: Issue): Tables['issued_identifiers'] {
  return { digest, kind, username, service_provider: serviceProvider, first_at: firstAt, last_at: lastAt };
}

function toUse(row: Tables['issued_identifiers']): IdentifierUse {
  return {
    kind: row.kind as IdentifierUse['kind'],
    username: row.username as Username,
    serviceProvider: row.service_provider,
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
}
