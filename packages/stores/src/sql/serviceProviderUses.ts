import type { ServiceProviderUses } from '@gakumon/metadata';
import { furthestUse, newestUses } from '../changes/plausibleUses.ts';
import { inSizes } from './inSizes.ts';
import type { Records } from './records.ts';

/** Far more than eduGAIN has. */
const mostListed = 100_000;

/** Uses in SQL: a row for each service provider, which only ever moves forward in time. */
export function createSqlServiceProviderUses(records: Records): ServiceProviderUses {
  return {
    async note(uses) {
      const rows = newestUses(uses).map(({ entityId, at }) => ({ entity_id: entityId, last_used: at }));
      for (const values of inSizes(rows)) {
        await records.write((db) =>
          db
            .insertInto('service_provider_use')
            .values(values)
            .onConflict((conflict) =>
              conflict
                .column('entity_id')
                .doUpdateSet((eb) => ({ last_used: eb.ref('excluded.last_used') }))
                .whereRef('excluded.last_used', '>', 'service_provider_use.last_used'),
            )
            .execute(),
        );
      }
    },
    async listSince(at) {
      const rows = await records.read((db) =>
        db
          .selectFrom('service_provider_use')
          .selectAll()
          .where('last_used', '>=', at)
          .where('last_used', '<=', furthestUse)
          .orderBy('last_used', 'desc')
          .limit(mostListed)
          .execute(),
      );
      return rows.map((row) => ({ entityId: row.entity_id, at: row.last_used }));
    },
  };
}
