import type { Config, Environment } from '@gakumon/config';
import {
  type FoundIdentifier,
  findInRecords,
  type HistoryEvent,
  type ReleaseEvent,
  type ReleaseLog,
  type StoredId,
} from '@gakumon/idp';
import type { Clock, EntityId, Username } from '@gakumon/terms';
import { createIdMaker } from '../createIdMaker.ts';
import { openConfiguredStores } from '../stores/openConfiguredStores.ts';

/** A look-up, as the history of whoever was found tells it. */
export type LookUp = { readonly serviceProvider: EntityId | undefined; readonly reason: string | undefined };

/** What staff ask about identifiers, beside running servers. Each method throws GakumonError `store-unavailable`. */
export type IdentifierDesk = {
  findInRecords(value: string, serviceProvider: EntityId | undefined): Promise<readonly FoundIdentifier[]>;
  /** Writes down, in the history of each person who was found, that somebody looked. */
  noteLookUp(people: readonly Username[], about: LookUp): Promise<void>;
  listReleases(wanted: Parameters<ReleaseLog['list']>[0], limit: number): Promise<readonly ReleaseEvent[]>;
  /**
   * Ends the stored identifiers of a person at an SP; the next login draws a new one. Recorded. Whose one is, is told by
   * what it stands for: the login name beside it is that of its first day, and may be somebody else's by now.
   * @param sourceValues as `readStoredSources` tells them of the person
   * @returns those that were in force
   */
  reissue(username: Username, serviceProvider: EntityId, sourceValues: readonly string[]): Promise<readonly StoredId[]>;
  close(): Promise<void>;
};

/** @throws GakumonError as `openConfiguredStores` */
export async function openIdentifierDesk(
  config: Pick<Config, 'stores' | 'idp'>,
  surroundings: { readonly clock: Clock; readonly env: Environment },
): Promise<IdentifierDesk> {
  const { records } = config.stores;
  // Where the sessions are does not matter here, and may be away
  const stores = await openConfiguredStores({ stores: { records, sessions: { kind: 'records' } } }, surroundings);
  const newId = createIdMaker();
  const { clock } = surroundings;
  const eventOf = (
    kind: HistoryEvent['kind'],
    username: Username,
    about: Pick<HistoryEvent, 'serviceProvider' | 'detail'>,
  ): HistoryEvent => {
    const where = { session: undefined, address: undefined };
    return { id: newId(), at: clock(), kind, username, actor: 'operator', ...where, ...about };
  };
  return {
    findInRecords: (value, serviceProvider) => findInRecords(stores, value, serviceProvider),
    noteLookUp: (people, { serviceProvider, reason }) =>
      stores.history.append(
        [...new Set(people)].map((username) =>
          eventOf('identifier-looked-up', username, { serviceProvider, detail: reason }),
        ),
      ),
    listReleases: (wanted, limit) => stores.releaseLog.list(wanted, limit),
    async reissue(username, serviceProvider, sourceValues) {
      const { entityId } = config.idp;
      const ended: StoredId[] = [];
      for (const sourceValue of sourceValues) {
        const id = await stores.storedIds.find(entityId, serviceProvider, sourceValue);
        if (id === undefined) continue;
        if (await stores.storedIds.deactivate(entityId, serviceProvider, id.persistentId, clock())) ended.push(id);
      }
      const about = { serviceProvider, detail: undefined };
      if (ended.length > 0) await stores.history.append([eventOf('identifier-reissued', username, about)]);
      return ended;
    },
    close: () => stores.close(),
  };
}
