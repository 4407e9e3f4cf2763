import type { StoredId, StoredIds } from '@gakumon/idp';
import { refuseTaken } from '../changes/storedId.ts';
import type { Database } from './database.ts';
import { inSizes } from './inSizes.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

type Row = Tables['stored_ids'];

/**
 * Stored identifiers in SQL. That there is one in force at most is the index `stored_ids_in_force`'s to hold: of those who
 * add at once, one writes, and all read what was written.
 */
export function createSqlStoredIds(records: Records): StoredIds {
  return {
    async find(localEntity, peerEntity, localId) {
      const rows = await records.read((db) =>
        selectOf(db, localEntity, peerEntity, localId).orderBy('deactivation_date', 'desc').execute(),
      );
      const found = rows.find((row) => row.deactivation_date === null) ?? rows[0];
      return found && toStoredId(found);
    },
    async add(id) {
      await records.writeDurably((db) =>
        db
          .insertInto('stored_ids')
          .values(toRow(id))
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
      const inForce = await records.read((db) =>
        selectOf(db, id.localEntity, id.peerEntity, id.localId)
          .where('deactivation_date', 'is', null)
          .executeTakeFirst(),
      );
      return inForce === undefined ? refuseTaken(id) : toStoredId(inForce);
    },
    async deactivate(localEntity, peerEntity, persistentId, at) {
      const { numUpdatedRows } = await records.writeDurably((db) =>
        db
          .updateTable('stored_ids')
          .set({ deactivation_date: at })
          .where('local_entity', '=', localEntity)
          .where('peer_entity', '=', peerEntity)
          .where('persistent_id', '=', persistentId)
          .where('deactivation_date', 'is', null)
          .executeTakeFirst(),
      );
      return numUpdatedRows === 1n;
    },
    async listSourceValues(localEntity) {
      const rows = await records.read((db) =>
        db
          .selectFrom('stored_ids')
          .select('local_id')
          .distinct()
          .where('local_entity', '=', localEntity)
          .where('deactivation_date', 'is', null)
          .execute(),
      );
      return rows.map(({ local_id }) => local_id);
    },
    async deactivateAll(localEntity, localIds, at) {
      let count = 0;
      for (const some of inSizes(localIds)) {
        const { numUpdatedRows } = await records.writeDurably((db) =>
          db
            .updateTable('stored_ids')
            .set({ deactivation_date: at })
            .where('local_entity', '=', localEntity)
            .where('local_id', 'in', some)
            .where('deactivation_date', 'is', null)
            .executeTakeFirst(),
        );
        count += Number(numUpdatedRows);
      }
      return count;
    },
    findByValue: (persistentId) => listBy(records, 'persistent_id', persistentId),
    listOfPerson: (principalName) => listBy(records, 'principal_name', principalName),
  };
}

function selectOf(db: Database, localEntity: string, peerEntity: string, localId: string) {
  return db
    .selectFrom('stored_ids')
    .selectAll()
    .where('local_entity', '=', localEntity)
    .where('peer_entity', '=', peerEntity)
    .where('local_id', '=', localId);
}

async function listBy(records: Records, column: 'persistent_id' | 'principal_name', value: string) {
  const rows = await records.read((db) =>
    db.selectFrom('stored_ids').selectAll().where(column, '=', value).orderBy('creation_date').execute(),
  );
  return rows.map(toStoredId);
}

function toRow(id: StoredId): Row {
  return {
    local_entity: id.localEntity,
    peer_entity: id.peerEntity,
    persistent_id: id.persistentId,
    principal_name: id.principalName,
    local_id: id.localId,
    peer_provided_id: id.peerProvidedId ?? null,
    creation_date: id.creationDate,
    deactivation_date: id.deactivationDate ?? null,
  };
}

function toStoredId(row: Row): StoredId {
  return {
    localEntity: row.local_entity,
    peerEntity: row.peer_entity,
    persistentId: row.persistent_id,
    principalName: row.principal_name,
    localId: row.local_id,
    peerProvidedId: row.peer_provided_id ?? undefined,
    creationDate: row.creation_date,
    deactivationDate: row.deactivation_date ?? undefined,
  };
}
