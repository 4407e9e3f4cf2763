import { GakumonError } from '@gakumon/terms';
import { type Database, rawSql } from '../sql/database.ts';
import type { Tables } from '../sql/tables.ts';
import type { SqlDialect } from './sqlDialect.ts';

export type ColumnKind = 'text' | 'integer' | 'blob';
export type ColumnShape = { readonly name: string; readonly kind: ColumnKind; readonly isNullable: boolean };

/** A table as the engine has it. */
export type TableShape = {
  readonly name: TableName;
  readonly columns: readonly ColumnShape[];
  /** The columns of its primary key, in their order. */
  readonly key: readonly string[];
};

/** Everything but the version of the schema, which the head of a file tells. */
export type TableName = Exclude<keyof Tables, 'schema_version'>;

/** Every table of every schema, complete by type, in the order of a file: what staff would miss most comes first. */
const tableNames = Object.keys({
  counters: true,
  loaded_metadata: true,
  sealed_records: true,
  stored_ids: true,
  departures: true,
  service_provider_use: true,
  revocations: true,
  sessions: true,
  sso_sessions: true,
  pending_logins: true,
  consumed_attempts: true,
  throttles: true,
  cases: true,
  issued_identifiers: true,
  history: true,
  release_log: true,
} satisfies Record<TableName, true>) as readonly TableName[];

const kinds: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  integer: 'integer',
  bigint: 'integer',
  blob: 'blob',
  bytea: 'blob',
};

type ShapeRow = { table: string; column: string; kind: string; required: number; place: number };

/**
 * What tables of ours there are, whichever schema it is. The engine is asked, so that records of an older schema can be
 * read and written without a description of each schema that ever was.
 */
export async function readTableShapes(db: Database, { listColumns }: SqlDialect): Promise<readonly TableShape[]> {
  const { rows } = await rawSql<ShapeRow>(listColumns).execute(db);
  const columnsOf = Map.groupBy(rows, ({ table }) => table);
  return tableNames.flatMap((name) => {
    const columns = columnsOf.get(name);
    return columns === undefined ? [] : [toShape(name, columns)];
  });
}

function toShape(name: TableName, rows: readonly ShapeRow[]): TableShape {
  return {
    name,
    columns: rows.map(({ column, kind, required }) => ({
      name: column,
      kind: kinds[kind] ?? refuseKind(`${name}.${column}`, kind),
      isNullable: required === 0,
    })),
    key: rows
      .filter(({ place }) => place > 0)
      .toSorted((a, b) => a.place - b.place)
      .map(({ column }) => column),
  };
}

function refuseKind(column: string, kind: string): never {
  throw new GakumonError('store-unavailable', { detail: `${column} is of the kind ${kind}, which Gakumon never made` });
}
