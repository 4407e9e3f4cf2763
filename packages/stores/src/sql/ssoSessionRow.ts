import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import type { SessionId, Username } from '@gakumon/terms';
import { isSoundSession } from '../changes/sound.ts';
import type { PreparedQuery } from './database.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

type Row = Tables['sessions'];

/** The queries on the path of every SSO. */
export type SessionQueries = {
  readonly select: PreparedQuery<Row>;
  /** Writes the parts that change while a session lives; its person and its end never do. @returns whether `seen` still stood */
  update(session: SsoSession, seen: string, revision: string): Promise<boolean>;
};

/**
 * A row as the session that it holds.
 * @returns undefined when it is damaged, or cannot be true
 */
export function toSsoSession(row: Row, now: number): SsoSession | undefined {
  try {
    const session = parseRow(row);
    return isSoundSession(session, now) ? session : undefined;
  } catch {
    return undefined;
  }
}

function parseRow(row: Row): SsoSession {
  return {
    id: row.id as SessionId,
    username: row.username as Username,
    facts: JSON.parse(row.facts) as AuthenticationFact[],
    serviceProviders: JSON.parse(row.service_providers) as SessionServiceProvider[],
    createdAt: row.created_at,
    idleAt: row.idle_at,
    expiresAt: row.expires_at,
  };
}

/** Makes the texts of the queries. */
export function prepareSessionQueries(records: Records): SessionQueries {
  const update = prepareUpdate(records);
  return {
    select: records.prepare((db) => db.selectFrom('sessions').selectAll().where('id', '=', '')),
    async update(session, seen, revision) {
      const { id, facts, service_providers, idle_at } = toRow(session, revision);
      return (await update([facts, service_providers, idle_at, revision, id, seen])).changes === 1;
    },
  };
}

function prepareUpdate(records: Records) {
  return records.prepare((db) =>
    db
      .updateTable('sessions')
      .set({ facts: '', service_providers: '', idle_at: 0, revision: '' })
      .where('id', '=', '')
      .where('revision', '=', ''),
  );
}

/** A session as its row. */
export function toRow(session: SsoSession, revision: string): Row {
  return {
    id: session.id,
    username: session.username,
    facts: JSON.stringify(session.facts),
    service_providers: JSON.stringify(session.serviceProviders),
    created_at: session.createdAt,
    idle_at: session.idleAt,
    expires_at: session.expiresAt,
    revision,
  };
}
