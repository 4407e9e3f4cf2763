import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { PreparedQuery } from './database.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

type Row = Tables['sso_sessions'];

/** The queries on the path of every SSO. */
export type SessionQueries = {
  /** By the hash of the token. */
  readonly select: PreparedQuery<Row>;
  /** Writes the parts that change while a session lives; its person and its end never do. @returns whether `seen` still stood */
  update(hash: string, session: SsoSession, seen: string, revision: string): Promise<boolean>;
};

/** A row as the session that it holds. */
export function toSsoSession(row: Row): SsoSession {
  return {
    username: row.username as Username,
    facts: JSON.parse(row.facts) as AuthenticationFact[],
    serviceProviders: JSON.parse(row.service_providers) as SessionServiceProvider[],
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
  };
}

/** Makes the texts of the queries. */
export function prepareSessionQueries(records: Records): SessionQueries {
  const update = prepareUpdate(records);
  return {
    select: records.prepare((db) => db.selectFrom('sso_sessions').selectAll().where('token_hash', '=', '')),
    async update(hash, session, seen, revision) {
      const { facts, service_providers, used_at } = toRow(hash, session, revision);
      return (await update([facts, service_providers, used_at, revision, hash, seen])).changes === 1;
    },
  };
}

function prepareUpdate(records: Records) {
  return records.prepare((db) =>
    db
      .updateTable('sso_sessions')
      .set({ facts: '', service_providers: '', used_at: 0, revision: '' })
      .where('token_hash', '=', '')
      .where('revision', '=', ''),
  );
}

/** A session as its row. */
export function toRow(hash: string, session: SsoSession, revision: string): Row {
  return {
    token_hash: hash,
    username: session.username,
    facts: JSON.stringify(session.facts),
    service_providers: JSON.stringify(session.serviceProviders),
    created_at: session.createdAt,
    used_at: session.usedAt,
    expires_at: session.expiresAt,
    revision,
  };
}
