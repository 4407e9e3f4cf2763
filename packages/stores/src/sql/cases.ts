import type { Case, Cases } from '@gakumon/idp';
import type { AttemptId, CaseReference, ErrorCode } from '@gakumon/terms';
import { boundedCase, readEvents } from '../changes/boundedCase.ts';
import { advanceCounter } from './counters.ts';
import { createPatience } from './patience.ts';
import type { Records } from './records.ts';
import type { Tables } from './tables.ts';

const patienceMs = 500;

/**
 * The ring of cases in SQL: a slot per place, taken over by the newest. One write at a time, since all of them wait for
 * the same counter: a flood of refusals must not take every connection that the logins need.
 */
export function createSqlCases(records: Records, capacity: number): Cases {
  const line = createPatience(() => false, patienceMs);
  const write = (entry: Case): Promise<void> =>
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
    );
  return {
    record: (entry) => line.inTurn(() => write(entry)),
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
    async listOfAttempt(attempt) {
      const rows = await records.read((db) =>
        db.selectFrom('cases').selectAll().where('attempt', '=', attempt).orderBy('sequence').execute(),
      );
      return rows.map(toCase);
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
    attempt: entry.attempt ?? null,
    timeline: entry.timeline === undefined ? null : JSON.stringify(entry.timeline),
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
    attempt: (row.attempt ?? undefined) as AttemptId | undefined,
    timeline: row.timeline === null ? undefined : parseTimeline(row.timeline),
  };
}

/** One that is damaged hides nothing else of its case. */
function parseTimeline(text: string): Case['timeline'] {
  try {
    return readEvents(JSON.parse(text));
  } catch {
    return undefined;
  }
}
