import type { Case, Cases } from '@gakumon/idp';
import type { CaseReference, ErrorCode } from '@gakumon/terms';
import { boundedCase } from '../changes/boundedCase.ts';
import { advanceCounter } from './counters.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

/** The ring of cases in SQL: a slot per place, taken over by the newest. */
export function createSqlCases(records: Records, capacity: number): Cases {
  return {
    record: (entry) =>
      records.write((db) =>
        db.transaction().execute(async (trx) => {
          const sequence = await advanceCounter(trx, 'cases');
          const { slot, ...columns } = toRow(boundedCase(entry), sequence, capacity);
          await trx
            .insertInto('cases')
            .values({ slot, ...columns })
            .onConflict((conflict) => conflict.column('slot').doUpdateSet(columns))
            .execute();
        }),
      ),
    async find(reference) {
      const row = await records.read((db) =>
        db
          .selectFrom('cases')
          .selectAll()
          .where('reference', '=', reference)
          .orderBy('sequence', 'desc')
          .executeTakeFirst(),
      );
      return row && toCase(row);
    },
  };
}

function toRow(entry: Case, sequence: number, capacity: number): Tables['cases'] {
  return {
    slot: sequence % capacity,
    sequence,
    reference: entry.reference,
    at: entry.at,
    code: entry.code,
    detail: entry.detail ?? null,
    service_provider: entry.serviceProvider ?? null,
    username: entry.username ?? null,
    address: entry.address ?? null,
  };
}

function toCase(row: Tables['cases']): Case {
  return {
    reference: row.reference as CaseReference,
    at: row.at,
    code: row.code as ErrorCode,
    detail: row.detail ?? undefined,
    serviceProvider: row.service_provider ?? undefined,
    username: row.username ?? undefined,
    address: row.address ?? undefined,
  };
}
