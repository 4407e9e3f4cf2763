import { setImmediate as nextTurn } from 'node:timers/promises';
import { hours } from '@gakumon/terms';
import { identifiersKept, releasesKept, transientKept } from '../changes/boundedRelease.ts';
import { useKept } from '../changes/plausibleUses.ts';
import type { Database } from './database.ts';
import type { Records } from './records.ts';

/** Small enough that a login waits for a few milliseconds behind one batch. */
const batchRows = 500;
const mostBatches = 100;
/** Long enough to say which services people here use; no longer than a person's trail is needed. */
const historyKept = hours(24 * 90);

/**
 * Deletes expired rows in batches, each its own write, so that logins get their turn in between.
 * @param now milliseconds
 * @param caseCapacity slots at and beyond it are left from a larger ring
 * @returns how many rows went; at most 50,000 of a table in one call
 */
export async function sweepRecords(records: Records, now: number, caseCapacity: number): Promise<number> {
  let removed = 0;
  for (const deleteBatch of batches(now, caseCapacity)) {
    for (let count = 0; count < mostBatches; count += 1) {
      const gone = await records.write(deleteBatch);
      removed += gone;
      if (gone < batchRows) break;
      await nextTurn();
    }
  }
  return removed;
}

type DeleteBatch = (db: Database) => Promise<number>;

/** The condition stands twice: a row that is renewed between the choice and the deletion stays. */
function batches(now: number, caseCapacity: number): DeleteBatch[] {
  return [...batchesOfIdentifiers(now), ...batchesOfTheRest(now, caseCapacity)];
}

function batchesOfIdentifiers(now: number): DeleteBatch[] {
  return [
    (db) =>
      counted(
        db
          .deleteFrom('departures')
          .where('blocked_until', '<=', now)
          .where('username', 'in', (eb) =>
            eb.selectFrom('departures').select('username').where('blocked_until', '<=', now).limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db.deleteFrom('release_log').where('id', 'in', (eb) =>
          eb
            .selectFrom('release_log')
            .select('id')
            .where('at', '<=', now - releasesKept)
            .limit(batchRows),
        ),
      ),
    forgetIdentifiers(now - transientKept, 'transient'),
    forgetIdentifiers(now - identifiersKept),
  ];
}

/** All rows of some digests: another SP or person may have the same one, and a use that is newer stays. */
function forgetIdentifiers(before: number, kind?: 'transient'): DeleteBatch {
  return (db) => {
    let over = db.selectFrom('issued_identifiers').select('digest').where('last_at', '<=', before);
    let gone = db.deleteFrom('issued_identifiers').where('last_at', '<=', before);
    if (kind !== undefined) {
      over = over.where('kind', '=', kind);
      gone = gone.where('kind', '=', kind);
    }
    return counted(gone.where('digest', 'in', over.orderBy('last_at').limit(batchRows)));
  };
}

function batchesOfTheRest(now: number, caseCapacity: number): DeleteBatch[] {
  return [
    (db) =>
      counted(
        db
          .deleteFrom('consumed_attempts')
          .where('attempt', 'in', (eb) =>
            eb.selectFrom('consumed_attempts').select('attempt').where('keep_until', '<=', now).limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db
          .deleteFrom('pending_logins')
          .where('expires_at', '<=', now)
          .where('revision', 'in', (eb) =>
            eb.selectFrom('pending_logins').select('revision').where('expires_at', '<=', now).limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db.deleteFrom('sessions').where('id', 'in', (eb) =>
          eb
            .selectFrom('sessions')
            .select('id')
            // No session idles beyond its end
            .where('idle_at', '<=', now)
            .limit(batchRows),
        ),
      ),
    (db) =>
      counted(
        db
          .deleteFrom('throttles')
          .where('resets_at', '<=', now)
          .where('bucket', 'in', (eb) =>
            eb.selectFrom('throttles').select('bucket').where('resets_at', '<=', now).limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db
          .deleteFrom('revocations')
          .where('id', 'in', (eb) =>
            eb.selectFrom('revocations').select('id').where('keep_until', '<=', now).limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db.deleteFrom('history').where('id', 'in', (eb) =>
          eb
            .selectFrom('history')
            .select('id')
            .where('at', '<=', now - historyKept)
            .limit(batchRows),
        ),
      ),
    (db) =>
      counted(
        db
          .deleteFrom('service_provider_use')
          .where('last_used', '<=', now - useKept)
          .where('entity_id', 'in', (eb) =>
            eb
              .selectFrom('service_provider_use')
              .select('entity_id')
              .where('last_used', '<=', now - useKept)
              .limit(batchRows),
          ),
      ),
    (db) =>
      counted(
        db
          .deleteFrom('cases')
          .where('slot', 'in', (eb) =>
            eb.selectFrom('cases').select('slot').where('slot', '>=', caseCapacity).limit(batchRows),
          ),
      ),
  ];
}

async function counted(query: { executeTakeFirst(): Promise<{ numDeletedRows: bigint }> }): Promise<number> {
  return Number((await query.executeTakeFirst()).numDeletedRows);
}
