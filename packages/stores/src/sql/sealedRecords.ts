import { randomUUID } from 'node:crypto';
import type { SealedRecord, SealedRecords } from '../sealedRecords.ts';
import { advanceCounter, readCounter, readCounters } from './counters.ts';
import type { Database } from './database.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

type Row = Tables['sealed_records'];

/** Secrets at rest in SQL; a change and its generation are one transaction, durable before anybody relies on it. */
export function createSqlSealedRecords(records: Records): SealedRecords {
  const change = (kind: string, write: (db: Database) => Promise<boolean>) =>
    records.writeDurably((db) =>
      db.transaction().execute(async (trx) => {
        const written = await write(trx);
        if (written) await advanceCounter(trx, counterOf(kind));
        return written;
      }),
    );
  return {
    async find(kind, name) {
      const row = await records.read((db) => selectRow(db, kind, name));
      return row && toRecord(row);
    },
    async list(kind) {
      const rows = await records.read((db) =>
        db.selectFrom('sealed_records').selectAll().where('kind', '=', kind).orderBy('name').execute(),
      );
      return rows.map(toRecord);
    },
    listRevisions: (kind) =>
      records.read((db) =>
        db.selectFrom('sealed_records').select(['name', 'revision']).where('kind', '=', kind).orderBy('name').execute(),
      ),
    replace: (record, seen) =>
      change(record.kind, (db) =>
        seen === undefined ? insertRow(db, toRow(record)) : updateRow(db, toRow(record), seen),
      ),
    remove: (kind, name) =>
      change(kind, async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('sealed_records')
          .where('kind', '=', kind)
          .where('name', '=', name)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),
    async listUnderOtherKeys(keyId, limit) {
      const rows = await records.read((db) =>
        db
          .selectFrom('sealed_records')
          .select(['kind', 'name', 'key_id', 'revision'])
          .where('key_id', '!=', keyId)
          .orderBy('kind')
          .orderBy('name')
          .limit(limit)
          .execute(),
      );
      return rows.map(({ kind, name, key_id, revision }) => ({ kind, name, keyId: key_id, revision }));
    },
    generation: (kind) => records.read((db) => readCounter(db, counterOf(kind))),
    generations: (kinds) => records.read((db) => readCounters(db, kinds.map(counterOf))),
  };
}

const counterOf = (kind: string): string => `sealed ${kind}`;

function selectRow(db: Database, kind: string, name: string): Promise<Row | undefined> {
  return db
    .selectFrom('sealed_records')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst();
}

async function insertRow(db: Database, row: Row): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sealed_records')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function updateRow(db: Database, { kind, name, ...columns }: Row, seen: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sealed_records')
    .set(columns)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('revision', '=', seen)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function toRow({ kind, name, keyId, sealed }: Omit<SealedRecord, 'revision'>): Row {
  return { kind, name, key_id: keyId, sealed, revision: randomUUID() };
}

function toRecord(row: Row): SealedRecord {
  return { kind: row.kind, name: row.name, keyId: row.key_id, sealed: row.sealed, revision: row.revision };
}
