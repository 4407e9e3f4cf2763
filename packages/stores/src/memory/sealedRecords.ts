import { randomUUID } from 'node:crypto';
import type { SealedRecord, SealedRecords } from '../sealedRecords.ts';

/** Secrets at rest in memory, for tests. No step awaits between reading and writing. */
export function createMemorySealedRecords(): SealedRecords {
  const records = new Map<string, SealedRecord>();
  const generations = new Map<string, number>();
  const generationOf = (kind: string): number => generations.get(kind) ?? 0;
  const sorted = (): SealedRecord[] =>
    [...records.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
  return {
    find: async (kind, name) => records.get(keyOf(kind, name)),
    list: async (kind) => sorted().filter((record) => record.kind === kind),
    listRevisions: async (kind) =>
      sorted()
        .filter((record) => record.kind === kind)
        .map(({ name, revision }) => ({ name, revision })),
    async replace({ kind, name, keyId, sealed }, seen) {
      const key = keyOf(kind, name);
      if (records.get(key)?.revision !== seen) return false;
      records.set(key, { kind, name, keyId, sealed: Uint8Array.from(sealed), revision: randomUUID() });
      generations.set(kind, generationOf(kind) + 1);
      return true;
    },
    async remove(kind, name) {
      const existed = records.delete(keyOf(kind, name));
      if (existed) generations.set(kind, generationOf(kind) + 1);
      return existed;
    },
    listUnderOtherKeys: async (keyId, limit) =>
      sorted()
        .filter((record) => record.keyId !== keyId)
        .slice(0, limit)
        .map(({ sealed: _, ...row }) => row),
    generation: async (kind) => generationOf(kind),
    generations: async (kinds) => kinds.map(generationOf),
  };
}

const keyOf = (kind: string, name: string): string => JSON.stringify([kind, name]);
const compare = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);
