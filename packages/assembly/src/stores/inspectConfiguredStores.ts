import type { Environment, RecordsConfig, SessionsConfig } from '@gakumon/config';
import {
  inspectRecordsServer,
  inspectSessionsServers,
  openRecordsExchange,
  type PostgresFindings,
  type RecordsStatus,
  type RedisFindings,
} from '@gakumon/stores';
import { readRecordsLocation, readSessionsLocation } from './storeLocations.ts';

/** What there is to know about the records before they are used. */
export type RecordsFindings = {
  readonly schema: RecordsStatus['schema'];
  /** Undefined: there is no server. */
  readonly server: PostgresFindings | undefined;
};

/**
 * Looks at the records, and changes nothing.
 * @returns undefined for records in memory
 * @throws GakumonError `store-unavailable`, `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function inspectRecords(config: RecordsConfig, env: Environment): Promise<RecordsFindings | undefined> {
  const location = await readRecordsLocation(config, env);
  if (location.kind === 'memory') return undefined;
  const server = location.kind === 'postgres' ? await inspectRecordsServer(location) : undefined;
  const { schema } = await (await openRecordsExchange(location)).status();
  return { schema, server };
}

/**
 * Asks each Redis that takes writes about itself.
 * @returns undefined when there is none
 * @throws GakumonError `store-unavailable`, `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function inspectSessions(config: SessionsConfig, env: Environment): Promise<RedisFindings | undefined> {
  const location = await readSessionsLocation(config, env);
  return location.kind === 'redis' ? inspectSessionsServers(location) : undefined;
}
