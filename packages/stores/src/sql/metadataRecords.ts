import type { MetadataRecords } from '@gakumon/metadata';
import { advanceCounter, readCounter } from './counters.ts';
import type { Records } from './records.ts';

/** Hand-loaded metadata in SQL; a change and its generation are one transaction, durable before the operator is told. */
export function createSqlMetadataRecords(records: Records): MetadataRecords {
  return {
    async list() {
      const rows = await records.read((db) => db.selectFrom('loaded_metadata').selectAll().orderBy('name').execute());
      return rows.map((row) => ({ name: row.name, xml: row.xml, loadedAt: row.loaded_at }));
    },
    save: (metadata) =>
      records.writeDurably((db) =>
        db.transaction().execute(async (trx) => {
          await advanceCounter(trx, 'metadata');
          const columns = { xml: metadata.xml, loaded_at: metadata.loadedAt };
          await trx
            .insertInto('loaded_metadata')
            .values({ name: metadata.name, ...columns })
            .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
            .execute();
        }),
      ),
    remove: (name) =>
      records.writeDurably((db) =>
        db.transaction().execute(async (trx) => {
          const removed = await trx
            .deleteFrom('loaded_metadata')
            .where('name', '=', name)
            .returning('name')
            .executeTakeFirst();
          if (removed !== undefined) await advanceCounter(trx, 'metadata');
          return removed !== undefined;
        }),
      ),
    generation: () => records.read((db) => readCounter(db, 'metadata')),
  };
}
