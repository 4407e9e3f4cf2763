/**
 * Every port of `idp`, and secrets at rest, over memory and SQL, with one conformance suite that each engine passes.
 * Owns where state lives and how a step stays atomic; knows nothing of SAML, HTTP or what a session is used for.
 * An engine that fails is `store-unavailable`: never an empty answer.
 */
export type { ExchangeSummary, ExportOptions, WriteText } from './exchange/exportRecords.ts';
export { openRecordsExchange, type RecordsExchange } from './exchange/openRecordsExchange.ts';
export type { RecordsStatus } from './exchange/readStatus.ts';
export { inspectRecordsServer, inspectSessionsServers } from './inspectStores.ts';
export { type OpenStoresOptions, openStores } from './openStores.ts';
export type { PageStates } from './pageState/pageStates.ts';
export type { RedisFindings, RedisMasterFindings } from './redis/connection/inspectRedis.ts';
export type { SealedRecord, SealedRecords, SealedRow } from './sealedRecords.ts';
export type { PostgresFindings } from './sql/postgres/inspectPostgres.ts';
export { openSqlDatabases, type QueryLocation } from './sqlQuery/openSqlDatabases.ts';
export type { Stores } from './stores.ts';
export type { TellUnreadable } from './unreadable.ts';
