import { GakumonError } from '@gakumon/terms';
import { carrySessions } from './carrySessions.ts';
import { type Database, rawSql } from './database.ts';

/** What an engine calls the three kinds of columns, what it wants at the end of CREATE TABLE, and how it names its tables. */
export type ColumnKinds = {
  readonly text: string;
  readonly integer: 'integer' | 'bigint';
  readonly blob: 'blob' | 'bytea';
  readonly tableEnd: string;
  /** A query for the `name` of each table. */
  readonly listTables: string;
};

/** STRICT: SQLite itself then refuses a value of another kind. WITHOUT ROWID: one tree a table instead of two, half the cost of a write. */
export const sqliteColumns: ColumnKinds = {
  text: 'text',
  integer: 'integer',
  blob: 'blob',
  tableEnd: 'strict, without rowid',
  listTables: "select name from sqlite_schema where type = 'table' order by name",
};

/** Collation C: texts sort and compare by their octets as in SQLite, whatever the server's language is. */
export const postgresColumns: ColumnKinds = {
  text: 'text collate "C"',
  integer: 'bigint',
  blob: 'bytea',
  tableEnd: '',
  listTables: 'select tablename as name from pg_tables where schemaname = current_schema() order by tablename',
};

/** Step n brings a schema of version n to n + 1. Steps are never edited once released; they expand first, contract a release later. */
const steps: readonly ((db: Database, kinds: ColumnKinds) => Promise<void>)[] = [
  createFirstSchema,
  createSecondSchema,
  createThirdSchema,
  createFourthSchema,
  createFifthSchema,
];

/** The schema that this program writes. */
export const schemaVersion = steps.length;

/**
 * Brings the schema forward in one transaction, so that of two processes that start together one migrates.
 * @throws GakumonError `records-newer`; nothing is written then
 */
export async function migrate(db: Database, kinds: ColumnKinds): Promise<void> {
  await db.transaction().execute((trx) => bringForward(trx, kinds, schemaVersion));
}

/**
 * The same, to a schema that may be older than this program's, inside a transaction of the caller.
 * @throws GakumonError `records-newer` when it is further already than this program knows
 */
export async function bringForward(trx: Database, kinds: ColumnKinds, target: number): Promise<void> {
  await trx.schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('version', kinds.integer, (column) => column.notNull().primaryKey())
    .modifyEnd(rawSql(kinds.tableEnd))
    .execute();
  const found = await readVersion(trx);
  refuseNewer(found);
  for (const step of steps.slice(found, target)) await step(trx, kinds);
  if (found >= target) return;
  await trx.deleteFrom('schema_version').execute();
  await trx.insertInto('schema_version').values({ version: target }).execute();
}

/** What `migrate` would do. */
export type MigrationPlan = {
  /** 0: there is no schema yet. */
  readonly found: number;
  readonly target: number;
  /** The names of the steps in between; none when the schema is newer than this program. */
  readonly steps: readonly string[];
};

/** Looks what `migrate` would do, and changes nothing. */
export async function planMigration(db: Database, kinds: ColumnKinds): Promise<MigrationPlan> {
  const tables = await listTables(db, kinds);
  const found = tables.includes('schema_version') ? await readVersion(db) : 0;
  return planFrom(found);
}

/** What `migrate` would do with a schema of that version. */
export function planFrom(found: number): MigrationPlan {
  return { found, target: schemaVersion, steps: steps.slice(found).map((step) => inWords(step.name)) };
}

const inWords = (name: string): string => name.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

/** The tables that there are, in order. */
export async function listTables(db: Database, kinds: ColumnKinds): Promise<string[]> {
  const { rows } = await rawSql<{ name: string }>(kinds.listTables).execute(db);
  return rows.map((row) => row.name);
}

/**
 * @throws GakumonError `records-newer` when another program has brought the schema forward since it was opened
 */
export async function requireSchemaVersion(db: Database): Promise<void> {
  refuseNewer(await readVersion(db));
}

async function readVersion(db: Database): Promise<number> {
  const row = await db.selectFrom('schema_version').select('version').executeTakeFirst();
  return row?.version ?? 0;
}

/** @throws GakumonError `records-newer` */
export function refuseNewer(found: number): void {
  if (found > schemaVersion) {
    throw new GakumonError('records-newer', { detail: `schema ${found}; this program knows up to ${schemaVersion}` });
  }
}

async function createFirstSchema(db: Database, kinds: ColumnKinds): Promise<void> {
  await createTransientTables(db, kinds);
  await createLastingTables(db, kinds);
  await db
    .insertInto('counters')
    .values([
      { name: 'cases', value: 0 },
      { name: 'metadata', value: 0 },
    ])
    .execute();
}

async function createTransientTables(db: Database, kinds: ColumnKinds): Promise<void> {
  const table = tableMaker(db, kinds);
  await table('consumed_attempts', { attempt: 'text', keep_until: 'integer' }, ['attempt']);
  await table(
    'pending_logins',
    { attempt: 'text', browser: 'text', username: 'text', facts: 'text', expires_at: 'integer', revision: 'text' },
    ['attempt', 'browser'],
  );
  await table(
    'sso_sessions',
    {
      token_hash: 'text',
      username: 'text',
      facts: 'text',
      service_providers: 'text',
      created_at: 'integer',
      used_at: 'integer',
      expires_at: 'integer',
      revision: 'text',
    },
    ['token_hash'],
  );
  await table('throttles', { bucket: 'text', hits: 'integer', resets_at: 'integer' }, ['bucket']);
  const index = indexMaker(db);
  await index('consumed_attempts', 'keep_until');
  await index('pending_logins', 'expires_at');
  await index('sso_sessions', 'expires_at');
  await index('sso_sessions', 'username');
  await index('throttles', 'resets_at');
}

async function createLastingTables(db: Database, kinds: ColumnKinds): Promise<void> {
  const table = tableMaker(db, kinds);
  await table('counters', { name: 'text', value: 'integer' }, ['name']);
  await table(
    'cases',
    {
      slot: 'integer',
      sequence: 'integer',
      reference: 'text',
      at: 'integer',
      code: 'text',
      detail: 'text?',
      service_provider: 'text?',
      username: 'text?',
      address: 'text?',
    },
    ['slot'],
  );
  await table('loaded_metadata', { name: 'text', xml: 'blob', loaded_at: 'integer' }, ['name']);
  await indexMaker(db)('cases', 'reference');
}

/** Sessions by an id that no longer is the whole hash of the token, and what came with Redis and PostgreSQL. */
async function createSecondSchema(db: Database, kinds: ColumnKinds): Promise<void> {
  const table = tableMaker(db, kinds);
  await table(
    'sessions',
    {
      id: 'text',
      username: 'text',
      facts: 'text',
      service_providers: 'text',
      created_at: 'integer',
      idle_at: 'integer',
      expires_at: 'integer',
      revision: 'text',
    },
    ['id'],
  );
  await table(
    'revocations',
    { id: 'text', username: 'text', session: 'text?', kept_session: 'text?', at: 'integer', keep_until: 'integer' },
    ['id'],
  );
  await table(
    'history',
    {
      id: 'text',
      at: 'integer',
      kind: 'text',
      username: 'text',
      actor: 'text',
      service_provider: 'text?',
      session: 'text?',
      address: 'text?',
      detail: 'text?',
    },
    ['id'],
  );
  await table('sealed_records', { kind: 'text', name: 'text', key_id: 'text', sealed: 'blob', revision: 'text' }, [
    'kind',
    'name',
  ]);
  const index = indexMaker(db);
  await index('sessions', 'idle_at');
  await index('sessions', 'username');
  await index('revocations', 'keep_until');
  await index('history', 'username');
  await index('history', 'at');
  await index('sealed_records', 'key_id');
  await carrySessions(db);
}

/** Which service providers people use here. A program of the second schema goes on beside it. */
async function createThirdSchema(db: Database, kinds: ColumnKinds): Promise<void> {
  const columns = { entity_id: 'text', last_used: 'integer' } as const;
  await tableMaker(db, kinds)('service_provider_use', columns, ['entity_id']);
  await indexMaker(db)('service_provider_use', 'last_used');
}

/** What led to a refusal, and which refusals belong together. A program of the third schema goes on beside it. */
async function createFourthSchema(db: Database, kinds: ColumnKinds): Promise<void> {
  // One at a time: SQLite adds no two columns in one statement
  for (const column of ['attempt', 'timeline']) {
    await db.schema.alterTable('cases').addColumn(column, rawSql(kinds.text)).execute();
  }
}

/** Who left, identifiers that were drawn, and what left the house. A program of the fourth schema goes on beside it. */
async function createFifthSchema(db: Database, kinds: ColumnKinds): Promise<void> {
  await createIdentifierTables(db, kinds);
  await createReleaseTables(db, kinds);
  const index = indexMaker(db);
  await index('departures', 'blocked_until');
  await index('stored_ids', 'persistent_id');
  await index('stored_ids', 'principal_name');
  await index('release_log', 'at');
  await index('release_log', 'username');
  await index('release_log', 'service_provider');
  await index('issued_identifiers', 'last_at');
}

async function createIdentifierTables(db: Database, kinds: ColumnKinds): Promise<void> {
  const table = tableMaker(db, kinds);
  await table(
    'departures',
    {
      username: 'text',
      at: 'integer',
      left_as: 'text',
      blocked_until: 'integer',
      identifiers: 'text',
      successor: 'text?',
    },
    ['username'],
  );
  await table(
    'stored_ids',
    {
      local_entity: 'text',
      peer_entity: 'text',
      persistent_id: 'text',
      principal_name: 'text',
      local_id: 'text',
      peer_provided_id: 'text?',
      creation_date: 'integer',
      deactivation_date: 'integer?',
    },
    ['local_entity', 'peer_entity', 'persistent_id'],
  );
  await rawSql(
    `create unique index stored_ids_in_force on stored_ids (local_entity, peer_entity, local_id)
      where deactivation_date is null`,
  ).execute(db);
}

async function createReleaseTables(db: Database, kinds: ColumnKinds): Promise<void> {
  const table = tableMaker(db, kinds);
  await table(
    'release_log',
    {
      id: 'text',
      at: 'integer',
      username: 'text',
      service_provider: 'text',
      attributes: 'text',
      name_id_format: 'text',
      identifiers: 'text',
    },
    ['id'],
  );
  await table(
    'issued_identifiers',
    {
      digest: 'text',
      kind: 'text',
      username: 'text',
      service_provider: 'text',
      first_at: 'integer',
      last_at: 'integer',
    },
    ['digest', 'service_provider', 'username'],
  );
}

type ColumnKind = 'text' | 'text?' | 'integer' | 'integer?' | 'blob';

function tableMaker(db: Database, kinds: ColumnKinds) {
  return async (name: string, columns: Record<string, ColumnKind>, key: string[]): Promise<void> => {
    let builder = db.schema.createTable(name).addPrimaryKeyConstraint(`${name}_key`, key as never);
    for (const [column, kind] of Object.entries(columns)) {
      const type = kinds[kind.replace('?', '') as 'text' | 'integer' | 'blob'];
      builder = builder.addColumn(column, rawSql(type), (it) => (kind.endsWith('?') ? it : it.notNull()));
    }
    await builder.modifyEnd(rawSql(kinds.tableEnd)).execute();
  };
}

function indexMaker(db: Database) {
  return (table: string, column: string): Promise<void> =>
    db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute();
}
