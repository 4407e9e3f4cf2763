import { type Database, rawSql } from '../sql/database.ts';
import { type ColumnKinds, postgresColumns, sqliteColumns } from '../sql/migrations.ts';

/** What the two engines say differently here. */
export type SqlDialect = {
  readonly engine: 'SQLite' | 'PostgreSQL';
  readonly kinds: ColumnKinds;
  /** A query for every column of every table: `table`, `column`, `kind`, `required` (0, 1), `place` in the key (0: none). */
  readonly listColumns: string;
  /** Inside a transaction: nobody else writes into the tables until it ends. Readers go on. */
  keepWritersOut(db: Database, tables: readonly { readonly name: string }[]): Promise<void>;
  /** Octets on the disk. */
  measure(db: Database, tables: readonly { readonly name: string }[]): Promise<number>;
};

export const sqliteDialect: SqlDialect = {
  engine: 'SQLite',
  kinds: sqliteColumns,
  listColumns: `select t.name as "table", c.name as "column", lower(c.type) as kind, c."notnull" as required,
    c.pk as place from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table' order by t.name, c.cid`,
  // Its transactions have begun as writers
  keepWritersOut: async () => {},
  measure: (db) =>
    readNumber(db, 'select page_count * page_size as number from pragma_page_count(), pragma_page_size()'),
};

export const postgresDialect: SqlDialect = {
  engine: 'PostgreSQL',
  kinds: postgresColumns,
  listColumns: `select t.relname as "table", c.attname as "column", format_type(c.atttypid, c.atttypmod) as kind,
    c.attnotnull::int as required, coalesce(array_position(i.indkey::int2[], c.attnum) + 1, 0) as place
    from pg_class t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    left join pg_index i on i.indrelid = t.oid and i.indisprimary
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace order by t.relname, c.attnum`,
  async keepWritersOut(db, tables) {
    if (tables.length === 0) return;
    const names = tables.map(({ name }) => `"${name}"`).join(', ');
    await rawSql(`lock table ${names} in share row exclusive mode`).execute(db);
  },
  async measure(db, tables) {
    if (tables.length === 0) return 0;
    const names = tables.map(({ name }) => `'${name}'`).join(', ');
    return readNumber(
      db,
      `select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as number from pg_class
        where relname in (${names}) and relnamespace = current_schema()::regnamespace`,
    );
  },
};

async function readNumber(db: Database, query: string): Promise<number> {
  const { rows } = await rawSql<{ number: number }>(query).execute(db);
  return Number(rows[0]?.number ?? 0);
}
