import type { StoredId, StoredIds } from '@gakumon/idp';
import { refuseTaken } from '../changes/storedId.ts';

/** Stored identifiers in memory, for tests. No step awaits between reading and writing. */
export function createMemoryStoredIds(): StoredIds {
  let kept: readonly StoredId[] = [];
  const inForce = (id: StoredId, { localEntity, peerEntity, localId }: StoredId): boolean =>
    id.deactivationDate === undefined &&
    id.localEntity === localEntity &&
    id.peerEntity === peerEntity &&
    id.localId === localId;
  const isNamed = (id: StoredId, localEntity: string, peerEntity: string, persistentId: string): boolean =>
    id.localEntity === localEntity && id.peerEntity === peerEntity && id.persistentId === persistentId;
  return {
    async find(localEntity, peerEntity, localId) {
      return kept
        .filter((id) => id.localEntity === localEntity && id.peerEntity === peerEntity && id.localId === localId)
        .sort((a, b) => (b.deactivationDate ?? Infinity) - (a.deactivationDate ?? Infinity))[0];
    },
    async add(id) {
      const found = kept.find((one) => inForce(one, id));
      if (found !== undefined) return found;
      if (kept.some((one) => isNamed(one, id.localEntity, id.peerEntity, id.persistentId))) refuseTaken(id);
      kept = [...kept, { ...id }];
      return id;
    },
    async deactivate(localEntity, peerEntity, persistentId, at) {
      const found = kept.find(
        (id) => isNamed(id, localEntity, peerEntity, persistentId) && id.deactivationDate === undefined,
      );
      if (found === undefined) return false;
      kept = kept.map((id) => (id === found ? { ...id, deactivationDate: at } : id));
      return true;
    },
    async listSourceValues(localEntity) {
      const those = kept.filter((id) => id.localEntity === localEntity && id.deactivationDate === undefined);
      return [...new Set(those.map(({ localId }) => localId))];
    },
    async deactivateAll(localEntity, localIds, at) {
      const ends = ({ deactivationDate, ...id }: StoredId): boolean =>
        deactivationDate === undefined && id.localEntity === localEntity && localIds.includes(id.localId);
      const count = kept.filter(ends).length;
      kept = kept.map((id) => (ends(id) ? { ...id, deactivationDate: at } : id));
      return count;
    },
    findByValue: async (persistentId) => kept.filter((id) => id.persistentId === persistentId).sort(byDate),
    listOfPerson: async (principalName) => kept.filter((id) => id.principalName === principalName).sort(byDate),
  };
}

const byDate = (a: StoredId, b: StoredId): number => a.creationDate - b.creationDate;
