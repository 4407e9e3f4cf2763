import { join } from 'node:path';
import type { IndexedEntity, MetadataIndex } from '../index/metadataIndex.ts';
import { openIndexInTurns } from '../index/openIndex.ts';
import { readEntity } from '../reading/entities.ts';
import { readServiceProvider, type ServiceProviderReading } from '../reading/readServiceProvider.ts';
import type { MetadataSource } from '../sources/source.ts';
import type { CopyReference } from './copies/slotState.ts';

/** A copy whose files are open; they stay readable when somebody takes their names away. */
export type OpenedCopy = {
  readonly reference: CopyReference;
  readonly index: MetadataIndex;
  /**
   * Reads a service provider from the disk.
   * @throws GakumonError `metadata-damaged` when its octets are not those that were verified
   */
  readonly read: (entity: IndexedEntity) => ServiceProviderReading;
  readonly close: () => void;
};

/** While the event loop serves others. @throws GakumonError `metadata-damaged`, also when it is not there */
export async function openCopy(slot: string, reference: CopyReference, source: MetadataSource): Promise<OpenedCopy> {
  const opened = await openIndexInTurns(join(slot, reference.directory));
  return {
    reference,
    index: opened.index,
    read: (indexed) => {
      const { element, ...around } = opened.read(indexed);
      const warnings: string[] = [];
      const entity = readEntity(element, around, (message) => warnings.push(message));
      const reading =
        entity === undefined
          ? { serviceProvider: undefined, warnings: [] }
          : readServiceProvider(entity, source.name, source.mayAssert);
      const own = warnings.map((message) => ({ source: source.name, entityId: indexed.entityId, message }));
      return { serviceProvider: reading.serviceProvider, warnings: [...own, ...reading.warnings] };
    },
    close: opened.close,
  };
}
