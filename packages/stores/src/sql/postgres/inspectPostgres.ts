import type { PostgresLocation } from '../../locations.ts';
import { rawSql } from '../database.ts';
import { readPostgres } from './openPostgresRecords.ts';

/** What there is to know about a server before trouble comes of it. */
export type PostgresFindings = {
  /** As the server writes it, such as `15.4 (Debian 15.4-2)`. */
  readonly version: string;
  /** The number before the first dot. */
  readonly majorVersion: number;
  /** How many connections all users together may have, those left out that it keeps for its administrators. */
  readonly connections: number;
  /** How many of them the user of these records may have; undefined: all. */
  readonly ownConnections: number | undefined;
  /** Whether what was answered with success survives a loss of power. */
  readonly isDurable: boolean;
  /** Its clock minus ours, milliseconds; uncertain by half the time of the answer. */
  readonly clockDifferenceMs: number;
};

type Row = {
  readonly version: string;
  readonly number: number;
  readonly connections: number;
  readonly own: number;
  readonly durable: number;
  readonly clock: number;
};

const question = `select current_setting('server_version') as version,
  current_setting('server_version_num')::integer as number,
  current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as connections,
  (select rolconnlimit from pg_roles where rolname = current_user) as own,
  case when current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' then 1 else 0 end as durable,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as clock`;

/**
 * Asks the server about itself, for `gakumon check`; changes nothing.
 * @throws GakumonError `store-unavailable`
 */
export async function inspectPostgres(location: PostgresLocation): Promise<PostgresFindings> {
  return readPostgres(location, async (db) => {
    const before = Date.now();
    const { rows } = await rawSql<Row>(question).execute(db);
    const middle = (before + Date.now()) / 2;
    const [{ version, number, connections, own, durable, clock }] = rows as [Row];
    return {
      version,
      majorVersion: Math.floor(number / 10_000),
      connections,
      ownConnections: own < 0 ? undefined : own,
      isDurable: durable === 1,
      clockDifferenceMs: Math.round(clock - middle),
    };
  });
}
