import { hours } from '@gakumon/terms';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

const batchRows = 500;
/** Schema 1 did not write down when a session idles out; this was, and is, the default. */
const idleTime = hours(1);

/** Brings the sessions of schema 1 over, so that an upgrade logs nobody out. */
export async function carrySessions(db: Database): Promise<void> {
  for (let last = ''; ; ) {
    const rows = await db
      .selectFrom('sso_sessions')
      .selectAll()
      .where('token_hash', '>', last)
      .orderBy('token_hash')
      .limit(batchRows)
      .execute();
    if (rows.length === 0) return;
    await db.insertInto('sessions').values(rows.map(carry)).execute();
    last = rows.at(-1)?.token_hash ?? '';
  }
}

function carry(row: Tables['sso_sessions']): Tables['sessions'] {
  const { token_hash, used_at, service_providers, ...same } = row;
  const visits = JSON.parse(service_providers) as { sessionIndex?: unknown }[];
  return {
    ...same,
    id: Buffer.from(token_hash, 'hex').subarray(0, 16).toString('base64url'),
    service_providers: JSON.stringify(visits.map(({ sessionIndex: _, ...visit }) => visit)),
    idle_at: Math.min(used_at + idleTime, row.expires_at),
  };
}
