import type { LoadedMetadata, MetadataRecords } from '@gakumon/metadata';

/** Hand-loaded metadata in memory. */
export function createMemoryMetadataRecords(): MetadataRecords {
  const loaded = new Map<string, LoadedMetadata>();
  let generation = 0;
  return {
    list: async () => [...loaded.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    async save(metadata) {
      loaded.set(metadata.name, { ...metadata, xml: Uint8Array.from(metadata.xml) });
      generation += 1;
    },
    async remove(name) {
      const existed = loaded.delete(name);
      if (existed) generation += 1;
      return existed;
    },
    generation: async () => generation,
  };
}
